/* The few system calls that the services make, without a C library, so that an image holds one small file and nothing else. */
#ifndef LINUX_H
#define LINUX_H

#if !defined(__x86_64__) || !defined(__linux__)
#error "The services are built for Linux on x86_64."
#endif

typedef unsigned long size;
typedef long result; /* negative: the error number */

enum call {
  CALL_READ = 0,
  CALL_WRITE = 1,
  CALL_CLOSE = 3,
  CALL_LSEEK = 8,
  CALL_RT_SIGPROCMASK = 14,
  CALL_GETPID = 39,
  CALL_SOCKET = 41,
  CALL_CONNECT = 42,
  CALL_SHUTDOWN = 48,
  CALL_BIND = 49,
  CALL_LISTEN = 50,
  CALL_GETSOCKNAME = 51,
  CALL_SETSOCKOPT = 54,
  CALL_CLONE = 56,
  CALL_WAIT4 = 61,
  CALL_KILL = 62,
  CALL_EXIT_GROUP = 231,
  CALL_OPENAT = 257,
  CALL_PPOLL = 271,
  CALL_ACCEPT4 = 288,
  CALL_SIGNALFD4 = 289,
  CALL_MEMFD_CREATE = 319
};

static inline result call6(enum call number, long a, long b, long c, long d, long e, long f) {
  result value;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(value)
                   : "a"((long)number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return value;
}

#define CALL(number, a, b, c, d, e) call6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

enum { AT_FDCWD = -100, O_RDONLY = 0, O_CLOEXEC = 02000000 };
enum { AF_INET = 2, SOCK_STREAM = 1, SOCK_CLOEXEC = 02000000 };
enum { SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, SHUT_WR = 1 };
enum { SIG_BLOCK = 0, SIGINT = 2, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17 };
enum { POLLIN = 1, EINTR = 4 };

struct address {
  unsigned short family;
  unsigned short port; /* big endian */
  unsigned int host;   /* big endian */
  char padding[8];
};

struct poll {
  int file;
  short wanted;
  short found;
};

struct duration {
  long seconds;
  long rest; /* micro- or nanoseconds, whatever the call takes */
};

static inline unsigned short network_order(unsigned short value) { return (unsigned short)(value << 8 | value >> 8); }

static inline _Noreturn void quit(int code) {
  for (;;) CALL(CALL_EXIT_GROUP, code, 0, 0, 0, 0);
}

static inline void close_file(int file) { CALL(CALL_CLOSE, file, 0, 0, 0, 0); }

/*
 * A file that becomes readable when the process is told to end. The signals are blocked, hence they reach process 1 of a
 * container as well, and cannot arrive between a check and a wait. Writing to a closed connection is an error, not a signal.
 */
static inline int open_end_signals(void) {
  unsigned long end = 1ul << (SIGINT - 1) | 1ul << (SIGTERM - 1);
  unsigned long blocked = end | 1ul << (SIGPIPE - 1);
  CALL(CALL_RT_SIGPROCMASK, SIG_BLOCK, &blocked, 0, sizeof blocked, 0);
  return (int)CALL(CALL_SIGNALFD4, -1, &end, sizeof end, O_CLOEXEC, 0);
}

/* The first process runs main(argc, argv, environment) and ends with what it returns. */
#define ENTRY_POINT                                                                                                    \
  __asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call enter\n");                  \
  _Noreturn __attribute__((used)) void enter(long *stack) {                                                            \
    int count = (int)stack[0];                                                                                         \
    char **arguments = (char **)(stack + 1);                                                                           \
    quit(run(count, arguments, arguments + count + 1));                                                                \
  }

#endif
