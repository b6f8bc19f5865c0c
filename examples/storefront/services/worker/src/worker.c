/*
 * The shop's worker: confirms the orders of a queue.
 *
 * worker               confirms each line of $QUEUE (/queue.txt), looks for new ones every $INTERVAL (5) seconds, until SIGTERM
 * worker --self-test   confirms a queue of its own and compares
 *
 * Each confirmation holds the text of $GREETING (/greeting.txt).
 */
#include "orders.h"

static char greeting_space[1024];
static struct buffer greeting = {greeting_space, 0, sizeof greeting_space};

static int load_greeting(const char *path) {
  greeting.length = 0;
  if (!read_file(path, &greeting)) return 0;
  while (greeting.length > 0 && greeting.start[greeting.length - 1] == '\n') greeting.length--;
  return greeting.length > 0 && greeting.length < greeting.room;
}

static void confirm(struct text line, struct buffer *out) {
  struct order order;
  if (line.length == 0 || line.start[0] == '#') return;
  if (parse_order(line, &order)) add_confirmation(out, &order, content(&greeting));
  else add(out, TEXT("{\"level\":\"warning\",\"message\":\"a line of the queue is no order\"}\n"));
}

/* Confirms the complete lines from `from` on; what is not ended by a newline is still being written. @returns where to go on. */
static long confirm_queue(int queue, long from, int out) {
  static char space[16 * 1024];
  static char lines_space[64 * 1024];
  struct buffer chunk = {space, 0, sizeof space};
  if (CALL(CALL_LSEEK, queue, from, 0, 0, 0) != from || !read_all(queue, &chunk)) return from;
  size start = 0;
  for (size at = 0; at < chunk.length; at++) {
    if (chunk.start[at] != '\n') continue;
    struct buffer confirmation = {lines_space, 0, sizeof lines_space};
    confirm((struct text){chunk.start + start, at - start}, &confirmation);
    write_all(out, content(&confirmation));
    start = at + 1;
  }
  /* A line that fills the whole chunk can be no order. */
  return from + (long)(start == 0 && chunk.length == chunk.room ? chunk.length : start);
}

static int work(const char *path, long interval) {
  struct poll waiting = {open_end_signals(), POLLIN, 0};
  long position = 0;
  say(TEXT("info"), TEXT("started"));
  do {
    int queue = (int)CALL(CALL_OPENAT, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0, 0);
    if (queue >= 0) {
      for (long next; (next = confirm_queue(queue, position, 1)) != position;) position = next;
      close_file(queue);
    }
    struct duration pause = {interval, 0};
    CALL(CALL_PPOLL, &waiting, 1, &pause, 0, 0);
  } while (waiting.found == 0);
  say(TEXT("info"), TEXT("stopped"));
  return 0;
}

static int self_test(void) {
  static char space[8192], wanted_space[8192];
  struct buffer found = {space, 0, sizeof space}, wanted = {wanted_space, 0, sizeof wanted_space};
  int queue = (int)CALL(CALL_MEMFD_CREATE, "queue", 0, 0, 0, 0);
  int out = (int)CALL(CALL_MEMFD_CREATE, "confirmations", 0, 0, 0, 0);
  write_all(queue, TEXT("# orders\n7 teapot 2 1250\n8 cup\n9 \"kettle\" 1 0\n10 unfini"));
  long position = confirm_queue(queue, 0, out);
  write_all(queue, TEXT("shed 3 5\n"));
  confirm_queue(queue, position, out);
  CALL(CALL_LSEEK, out, 0, 0, 0, 0);
  read_all(out, &found);

  struct text last = TEXT("\",\"totalCents\":15,");
  add_confirmation(&wanted, &(struct order){7, TEXT("teapot"), 2, 1250}, content(&greeting));
  if (!starts_with(content(&found), content(&wanted)) || !contains(content(&wanted), TEXT("\"totalCents\":2500")))
    return fail(TEXT("self-test: the first order is not confirmed"));
  if (!contains(content(&found), TEXT("is no order"))) return fail(TEXT("self-test: half an order is not reported"));
  if (!contains(content(&found), TEXT("\\u0022kettle\\u0022"))) return fail(TEXT("self-test: a quote is not escaped"));
  if (!contains(content(&found), last)) return fail(TEXT("self-test: an order that came in two parts is not confirmed"));
  say(TEXT("info"), TEXT("self-test passed"));
  return 0;
}

static int run(int count, char **arguments, char **environment) {
  struct text mode = count > 1 ? text_of(arguments[1]) : TEXT("");
  long interval = parse_number(text_of(setting(environment, TEXT("INTERVAL"), "5")));
  if (interval < 1) return fail(TEXT("INTERVAL is not a number of seconds from 1 on"));
  if (!load_greeting(setting(environment, TEXT("GREETING"), "/greeting.txt")))
    return fail(TEXT("the greeting is absent, empty or larger than 1 KiB: set GREETING to its path"));
  if (equal(mode, TEXT("--self-test"))) return self_test();
  if (mode.length > 0) return fail(TEXT("unknown argument: give none or --self-test"));
  return work(setting(environment, TEXT("QUEUE"), "/queue.txt"), interval);
}

ENTRY_POINT
