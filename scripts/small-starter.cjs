// Loaded before the test runner (`node --require`): lets a small process start git for it. To start a program, Node copies the page tables of its whole
// process, and pays again for each page that it writes to next: 20 to 60 ms of a core where a test runner holds hundreds of megabytes,
// and tests start git some ten thousand times. The child of a small process costs one or two.
const { ChildProcess, fork, spawn } = require('node:child_process')
const { unlinkSync } = require('node:fs')
const { connect, createServer } = require('node:net')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const PIPES = 3
const ALL_PIPES = Array(PIPES).fill('pipe')

/** What can be said to another process. Whoever asks for more starts the program itself. */
const TOLD = new Set(['stdio', 'cwd', 'env', 'detached', 'signal'])

/** Lets a process of its own start git from now on, as soon as that is ready. Until then, and for all else, nothing changes. */
function startGitElsewhere() {
  const path = join(tmpdir(), `sluice-starter-${process.pid}.sock`)
  const children = new Map()
  let starter
  let isReady = false
  let lastId = 0

  const open = () => {
    starter = fork(__filename, [path], { execArgv: [], stdio: 'ignore' })
    starter.unref()
    starter.channel?.unref()
    starter.on('message', ({ id, ...event }) => {
      if (id === undefined) isReady = true
      else children.get(id)?.(event)
      // What is waited for keeps this process alive, as a child of its own would.
      if (children.size === 0) starter.channel?.unref()
    })
    starter.on('exit', () => {
      isReady = false
      for (const tell of children.values()) tell({ error: { message: 'The process that starts git has ended.' } })
    })
  }

  require('node:child_process').spawn = function start(file, args, options = {}) {
    const { stdio = ALL_PIPES, cwd = process.cwd(), env = process.env, detached = false } = options
    const isPlain = Array.isArray(stdio) && stdio.length === PIPES && stdio.every(it => it === 'pipe')
    if (file !== 'git' || !isPlain || !Object.keys(options).every(name => TOLD.has(name)))
      return spawn(file, args, options)
    if (starter === undefined) open()
    if (!isReady || options.signal?.aborted) return spawn(file, args, options)
    lastId += 1
    // Connections are accepted in the order in which they are made: nothing needs to tell which is which.
    const pipes = Array.from({ length: PIPES }, () => connect(path))
    starter.channel?.ref()
    starter.send({ id: lastId, file, args, options: { cwd: String(cwd), env: { ...env }, detached } })
    const child = childBehind(pipes, { id: lastId, children, file, args })
    if (options.signal !== undefined) endBy(options.signal, child)
    return child
  }
}

/** The child of another process, as `spawn` would have it: with pipes from the beginning, and its number once it runs. */
function childBehind(pipes, { id, children, file, args }) {
  const child = Object.assign(new ChildProcess(), { stdio: pipes, spawnfile: file, spawnargs: [file, ...args] })
  ;[child.stdin, child.stdout, child.stderr] = pipes
  let open = PIPES
  const closed = () => {
    open -= 1
    if (open === 0) child.emit('close', child.exitCode, child.signalCode)
  }
  for (const pipe of [child.stdout, child.stderr]) pipe.on('close', closed)
  // Of a pipe that is gone tells the end of the program.
  for (const pipe of pipes) pipe.on('error', () => undefined)
  child.kill = (signal = 'SIGTERM') => {
    const isAlive = child.pid !== undefined && child.exitCode === null && child.signalCode === null
    return isAlive && process.kill(child.pid, signal)
  }
  children.set(id, ({ pid, error, code = null, signal = null }) => {
    if (pid !== undefined) {
      child.pid = pid
      child.emit('spawn')
      return
    }
    children.delete(id)
    child.stdin.destroy()
    if (error !== undefined) child.emit('error', Object.assign(new Error(error.message), error))
    Object.assign(child, { exitCode: code, signalCode: signal })
    if (error === undefined) child.emit('exit', code, signal)
    closed()
  })
  return child
}

/** Ends a child when it is told to, as `spawn` does. */
function endBy(signal, child) {
  const end = () => {
    if (!child.kill()) return
    const message = 'The operation was aborted'
    const error = Object.assign(new Error(message, { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' })
    child.emit('error', error)
  }
  signal.addEventListener('abort', end, { once: true })
  child.on('exit', () => signal.removeEventListener('abort', end))
  // Told before the program was there to be ended.
  child.on('spawn', () => signal.aborted && end())
}

/** What the small process does, for as long as its parent is there. */
function startForParent(path) {
  const sockets = []
  const asked = []
  const next = () => {
    while (asked.length > 0 && sockets.length >= PIPES) startOne(asked.shift(), sockets.splice(0, PIPES))
  }
  // Nothing is read here: what comes is for the program.
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, socket => {
    sockets.push(socket)
    next()
  })
  process.on('message', question => {
    asked.push(question)
    next()
  })
  process.on('disconnect', () => {
    unlinkSync(path)
    process.exit()
  })
  server.listen(path, () => process.send({}))
}

function startOne({ id, file, args, options }, pipes) {
  const tell = event => {
    if (process.connected) process.send({ id, ...event })
  }
  const child = spawn(file, args, { ...options, stdio: pipes })
  for (const pipe of pipes) pipe.destroy()
  child.on('spawn', () => tell({ pid: child.pid }))
  child.on('error', ({ message, code, errno, syscall, path }) =>
    tell({ error: { message, code, errno, syscall, path } })
  )
  child.on('exit', (code, signal) => tell({ code, signal }))
}

if (require.main === module) startForParent(process.argv[2])
else startGitElsewhere()
