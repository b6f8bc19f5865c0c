/*
 * The shop's service.
 *
 *   GET /         the catalogue
 *   GET /health   200 once the catalogue is loaded
 *
 * api                serves on $PORT (8080) what is in $CATALOGUE (/catalogue.json), until SIGTERM
 * api --check        asks the service on $PORT for its health: the health check of the container
 * api --self-test    starts the service on a free port, asks it everything, ends it
 */
#include "http.h"

static char catalogue_space[64 * 1024];
static struct buffer catalogue = {catalogue_space, 0, sizeof catalogue_space};

static int load_catalogue(const char *path) {
  catalogue.length = 0;
  if (!read_file(path, &catalogue) || catalogue.length == 0) return 0;
  return catalogue.length < catalogue.room && (catalogue.start[0] == '[' || catalogue.start[0] == '{');
}

static void log_request(struct request request, struct text status) {
  char space[512];
  struct buffer line = {space, 0, sizeof space};
  add(&line, request.method);
  add(&line, TEXT(" "));
  add(&line, (struct text){request.path.start, request.path.length < 200 ? request.path.length : 200});
  add(&line, TEXT(" "));
  add(&line, (struct text){status.start, 3});
  say(TEXT("info"), content(&line));
}

static void serve(int connection) {
  char space[8192];
  struct buffer head = {space, 0, sizeof space};
  struct request request = {TEXT("?"), TEXT("?")};
  struct text status = TEXT("404 Not Found");
  struct text body = TEXT("{\"error\":\"not found\"}\n");
  limit_waits(connection);
  if (!read_head(connection, &head) || !parse_request(content(&head), &request)) {
    status = TEXT("400 Bad Request");
    body = TEXT("{\"error\":\"bad request\"}\n");
  } else if (!equal(request.method, TEXT("GET")) && !equal(request.method, TEXT("HEAD"))) {
    status = TEXT("405 Method Not Allowed");
    body = TEXT("{\"error\":\"only GET and HEAD\"}\n");
  } else if (equal(request.path, TEXT("/"))) {
    status = TEXT("200 OK");
    body = content(&catalogue);
  } else if (equal(request.path, TEXT("/health"))) {
    status = TEXT("200 OK");
    body = TEXT("{\"status\":\"ok\"}\n");
  }
  write_answer(connection, status, body, !equal(request.method, TEXT("HEAD")));
  CALL(CALL_SHUTDOWN, connection, SHUT_WR, 0, 0, 0);
  close_file(connection);
  log_request(request, status);
}

/* Port 0 takes a free one. The port taken goes to *port. */
static int listen_on(unsigned short *port) {
  int on = 1;
  struct address here = {AF_INET, network_order(*port), 0, {0}};
  unsigned int length = sizeof here;
  int listener = (int)CALL(CALL_SOCKET, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0);
  CALL(CALL_SETSOCKOPT, listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (CALL(CALL_BIND, listener, &here, sizeof here, 0, 0) < 0 || CALL(CALL_LISTEN, listener, 128, 0, 0, 0) < 0) return -1;
  if (CALL(CALL_GETSOCKNAME, listener, &here, &length, 0, 0) < 0) return -1;
  *port = network_order(here.port);
  return listener;
}

/* Answers one connection after the other until the process is told to end; the one being answered gets its answer. */
static int serve_until_told(int listener) {
  struct poll waiting[2] = {{open_end_signals(), POLLIN, 0}, {listener, POLLIN, 0}};
  for (;;) {
    CALL(CALL_PPOLL, waiting, 2, 0, 0, 0);
    if (waiting[0].found != 0) break;
    int connection = (int)CALL(CALL_ACCEPT4, listener, 0, 0, O_CLOEXEC, 0);
    if (connection >= 0) serve(connection);
  }
  close_file(listener);
  say(TEXT("info"), TEXT("stopped"));
  return 0;
}

static int ask_for(unsigned short port, const char *path, struct text wanted) {
  static char space[80 * 1024];
  struct buffer answer = {space, 0, sizeof space};
  if (ask(port, text_of(path), &answer) && contains(content(&answer), wanted)) return 1;
  char message[200];
  struct buffer line = {message, 0, sizeof message};
  add(&line, TEXT("wrong answer to GET "));
  add(&line, text_of(path));
  fail(content(&line));
  return 0;
}

static int self_test(void) {
  unsigned short port = 0;
  int listener = listen_on(&port);
  if (listener < 0) return fail(TEXT("self-test: cannot listen"));
  int server = (int)CALL(CALL_CLONE, SIGCHLD, 0, 0, 0, 0);
  if (server == 0) quit(serve_until_told(listener));
  close_file(listener);
  int passed = ask_for(port, "/health", TEXT("HTTP/1.1 200 OK")) && ask_for(port, "/health", TEXT("\"status\":\"ok\"")) &&
               ask_for(port, "/", TEXT("HTTP/1.1 200 OK")) && ask_for(port, "/?page=1", content(&catalogue)) &&
               ask_for(port, "/absent", TEXT("HTTP/1.1 404 "));
  int status = -1;
  CALL(CALL_KILL, server, SIGTERM, 0, 0, 0);
  CALL(CALL_WAIT4, server, &status, 0, 0, 0);
  if (status != 0) return fail(TEXT("self-test: the service did not stop cleanly"));
  if (passed) say(TEXT("info"), TEXT("self-test passed"));
  return passed ? 0 : 1;
}

static int run(int count, char **arguments, char **environment) {
  struct text mode = count > 1 ? text_of(arguments[1]) : TEXT("");
  long configured = parse_number(text_of(setting(environment, TEXT("PORT"), "8080")));
  if (configured < 0 || configured > 65535) return fail(TEXT("PORT is not a port: give 0 to 65535"));
  unsigned short port = (unsigned short)configured;
  if (equal(mode, TEXT("--check"))) return ask_for(port, "/health", TEXT("HTTP/1.1 200 OK")) ? 0 : 1;
  if (!load_catalogue(setting(environment, TEXT("CATALOGUE"), "/catalogue.json")))
    return fail(TEXT("the catalogue is absent, larger than 64 KiB, or no JSON: set CATALOGUE to its path"));
  if (equal(mode, TEXT("--self-test"))) return self_test();
  if (mode.length > 0) return fail(TEXT("unknown argument: give none, --check or --self-test"));
  int listener = listen_on(&port);
  if (listener < 0) return fail(TEXT("cannot listen on PORT: it is in use or not allowed"));
  char space[64];
  struct buffer line = {space, 0, sizeof space};
  add(&line, TEXT("listening on port "));
  add_number(&line, port);
  say(TEXT("info"), content(&line));
  return serve_until_told(listener);
}

ENTRY_POINT
