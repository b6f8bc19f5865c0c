/* As much of HTTP/1.1 (RFC 9112) as the service speaks: one request a connection, no bodies of requests. */
#ifndef HTTP_H
#define HTTP_H

#include "text.h"

struct request {
  struct text method;
  struct text path; /* without the query */
};

/* 0 when the first line of the request is not well formed. */
static inline int parse_request(struct text head, struct request *request) {
  size at = 0;
  while (at < head.length && head.start[at] != ' ' && head.start[at] != '\r') at++;
  request->method = (struct text){head.start, at};
  if (at == 0 || at >= head.length || head.start[at] != ' ') return 0;
  size path = ++at;
  while (at < head.length && head.start[at] != ' ' && head.start[at] != '?' && head.start[at] != '\r') at++;
  request->path = (struct text){head.start + path, at - path};
  if (request->path.length == 0 || request->path.start[0] != '/') return 0;
  while (at < head.length && head.start[at] != ' ' && head.start[at] != '\r') at++;
  return starts_with((struct text){head.start + at, head.length - at}, TEXT(" HTTP/1."));
}

/* Reads until the empty line after the headers; 0 when the client sends too much, too slowly, or nothing. */
static inline int read_head(int connection, struct buffer *head) {
  while (!contains(content(head), TEXT("\r\n\r\n"))) {
    if (head->length == head->room) return 0;
    result found = CALL(CALL_READ, connection, head->start + head->length, head->room - head->length, 0, 0);
    if (found == -EINTR) continue;
    if (found <= 0) return 0;
    head->length += (size)found;
  }
  return 1;
}

static inline int write_answer(int connection, struct text status, struct text body, int with_body) {
  char space[512];
  struct buffer head = {space, 0, sizeof space};
  add(&head, TEXT("HTTP/1.1 "));
  add(&head, status);
  add(&head, TEXT("\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: "));
  add_number(&head, body.length);
  add(&head, TEXT("\r\n\r\n"));
  return write_all(connection, content(&head)) && (!with_body || write_all(connection, body));
}

static inline void limit_waits(int connection) {
  struct duration limit = {2, 0};
  CALL(CALL_SETSOCKOPT, connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  CALL(CALL_SETSOCKOPT, connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* Asks a server on this machine; 0 without an answer. */
static inline int ask(unsigned short port, struct text path, struct buffer *answer) {
  struct address server = {AF_INET, network_order(port), 0x0100007f, {0}};
  int connection = (int)CALL(CALL_SOCKET, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0);
  if (connection < 0) return 0;
  limit_waits(connection);
  char space[256];
  struct buffer request = {space, 0, sizeof space};
  add(&request, TEXT("GET "));
  add(&request, path);
  add(&request, TEXT(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  int answered = CALL(CALL_CONNECT, connection, &server, sizeof server, 0, 0) == 0 &&
                 write_all(connection, content(&request)) && read_all(connection, answer) && answer->length > 0;
  close_file(connection);
  return answered;
}

#endif
