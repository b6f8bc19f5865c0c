/* Texts of known length, and a buffer to build them in. */
#ifndef TEXT_H
#define TEXT_H

#include "linux.h"

struct text {
  const char *start;
  size length;
};

#define TEXT(literal) ((struct text){literal, sizeof(literal) - 1})

struct buffer {
  char *start;
  size length;
  size room;
};

/* The compiler calls these three by name. */
__attribute__((used)) void *memcpy(void *to, const void *from, size length) {
  char *target = to;
  const char *source = from;
  while (length-- > 0) *target++ = *source++;
  return to;
}

__attribute__((used)) void *memset(void *to, int value, size length) {
  char *target = to;
  while (length-- > 0) *target++ = (char)value;
  return to;
}

__attribute__((used)) int memcmp(const void *one, const void *two, size length) {
  const unsigned char *a = one, *b = two;
  for (; length-- > 0; a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

static inline struct text text_of(const char *terminated) {
  size length = 0;
  while (terminated[length] != 0) length++;
  return (struct text){terminated, length};
}

static inline int equal(struct text a, struct text b) {
  return a.length == b.length && memcmp(a.start, b.start, a.length) == 0;
}

static inline int starts_with(struct text text, struct text prefix) {
  return text.length >= prefix.length && memcmp(text.start, prefix.start, prefix.length) == 0;
}

static inline int contains(struct text text, struct text part) {
  for (size at = 0; at + part.length <= text.length; at++)
    if (memcmp(text.start + at, part.start, part.length) == 0) return 1;
  return 0;
}

/* What does not fit is left out: a buffer never overflows. */
static inline void add(struct buffer *buffer, struct text text) {
  for (size at = 0; at < text.length && buffer->length < buffer->room; at++)
    buffer->start[buffer->length++] = text.start[at];
}

static inline void add_number(struct buffer *buffer, unsigned long number) {
  char digits[20];
  size at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  add(buffer, (struct text){digits + at, sizeof digits - at});
}

/* As the inside of a JSON string. */
static inline void add_escaped(struct buffer *buffer, struct text text) {
  static const char hex[] = "0123456789abcdef";
  for (size at = 0; at < text.length; at++) {
    unsigned char c = (unsigned char)text.start[at];
    char escaped[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    if (c < ' ' || c == '"' || c == '\\') add(buffer, (struct text){escaped, 6});
    else add(buffer, (struct text){(char *)&text.start[at], 1});
  }
}

static inline struct text content(const struct buffer *buffer) { return (struct text){buffer->start, buffer->length}; }

/* A number of 1 to 9 digits, or -1. */
static inline long parse_number(struct text text) {
  long number = 0;
  if (text.length == 0 || text.length > 9) return -1;
  for (size at = 0; at < text.length; at++) {
    if (text.start[at] < '0' || text.start[at] > '9') return -1;
    number = number * 10 + (text.start[at] - '0');
  }
  return number;
}

static inline int write_all(int file, struct text text) {
  while (text.length > 0) {
    result written = CALL(CALL_WRITE, file, text.start, text.length, 0, 0);
    if (written == -EINTR) continue;
    if (written <= 0) return 0;
    text.start += written;
    text.length -= (size)written;
  }
  return 1;
}

/* Appends what is in the file until its end, an error, or a full buffer. */
static inline int read_all(int file, struct buffer *buffer) {
  while (buffer->length < buffer->room) {
    result found = CALL(CALL_READ, file, buffer->start + buffer->length, buffer->room - buffer->length, 0, 0);
    if (found == -EINTR) continue;
    if (found < 0) return 0;
    if (found == 0) return 1;
    buffer->length += (size)found;
  }
  return 1;
}

/* Appends a file's content; 0 when it cannot be read. */
static inline int read_file(const char *path, struct buffer *buffer) {
  int file = (int)CALL(CALL_OPENAT, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0, 0);
  if (file < 0) return 0;
  int read = read_all(file, buffer);
  close_file(file);
  return read;
}

/* The value of an environment variable, or the alternative. */
static inline const char *setting(char **environment, struct text name, const char *alternative) {
  for (; *environment != 0; environment++) {
    struct text entry = text_of(*environment);
    if (starts_with(entry, name) && entry.start[name.length] == '=') return entry.start + name.length + 1;
  }
  return alternative;
}

/* One line of JSON on standard output: {"level": …, "message": …}. */
static inline void say(struct text level, struct text message) {
  char space[1024];
  struct buffer line = {space, 0, sizeof space};
  add(&line, TEXT("{\"level\":\""));
  add(&line, level);
  add(&line, TEXT("\",\"message\":\""));
  add_escaped(&line, message);
  add(&line, TEXT("\"}\n"));
  write_all(1, content(&line));
}

static inline int fail(struct text message) {
  say(TEXT("error"), message);
  return 1;
}

#endif
