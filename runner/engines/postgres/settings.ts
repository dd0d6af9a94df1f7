import os from "node:os";

/** Where a server listens: in a folder that holds its socket, or on a port of 127.0.0.1. */
export type Address = { socketFolder: string } | { port: number };

export const socketPort = 5432; // a part of the socket's name, nothing else listens on it

/**
 * The whole postgresql.conf of the embedded cluster. It holds what can be built again, so nothing is synced to disk: a
 * server that was killed recovers, a machine that went down costs the cluster (inspect.ts).
 */
export function serverSettings(address: Address): string {
  const cores = os.availableParallelism();
  const settings: Record<string, string | number> = {
    ...("port" in address
      ? { listen_addresses: "127.0.0.1", port: address.port, unix_socket_directories: "" }
      : { listen_addresses: "", port: socketPort, unix_socket_directories: address.socketFolder }),
    unix_socket_permissions: "0700",
    max_connections: 40,
    client_connection_check_interval: "1s", // the query of a runner that was killed ends too
    password_encryption: "scram-sha-256",

    shared_buffers: "256MB",
    work_mem: "64MB",
    maintenance_work_mem: "256MB",
    effective_cache_size: "1GB",
    huge_pages: "off",
    dynamic_shared_memory_type: process.platform === "win32" ? "windows" : "mmap", // a pod's /dev/shm has 64 MB
    max_locks_per_transaction: 256, // a dataset is dropped in one transaction

    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "on", // handed to the system at commit, which costs nothing without fsync: a kill loses no table
    wal_level: "minimal", // a table that is made and filled in one transaction is not logged
    max_wal_senders: 0,
    max_wal_size: "2GB",
    checkpoint_timeout: "30min",
    autovacuum: "off", // tables are written once; whoever builds one analyzes it
    max_logical_replication_workers: 0,

    io_method: "sync", // 2 cores and data in the page cache: three workers fewer to start
    random_page_cost: 1.1,
    jit: "off",
    max_parallel_workers: cores,
    max_parallel_workers_per_gather: Math.min(4, Math.max(1, Math.floor(cores / 2))),
    max_parallel_maintenance_workers: 1,

    timezone: "UTC",
    log_timezone: "UTC",
    datestyle: "ISO, YMD",
    lc_messages: "C",
    log_line_prefix: "%m [%p] ",
    log_checkpoints: "off",
    log_min_messages: "log", // no errors of statements: the client gets them, and their text can hold addresses
    log_min_error_statement: "panic",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
    .join("");
}
