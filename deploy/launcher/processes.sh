# Sourced: processes known by a file that holds "PID START_TIME" (field 22 of /proc/PID/stat), so that a number that the
# kernel has given to another process since is never signalled.

# Sets `fields` to /proc/PID/stat from the state (field 3) on; nothing when there is no such process. Forks nothing: the
# supervisor looks at every service again and again.
read_stat() {
  local stat=
  { IFS= read -rd '' stat <"/proc/$1/stat"; } 2>/dev/null || true
  # The program's name stands in brackets and may hold anything.
  read -ra fields <<<"${stat##*) }"
}

start_time() { local fields; read_stat "$1"; echo "${fields[19]:-}"; }

# runs PID START_TIME: the process that got this number at that time has not ended.
runs() { local fields; read_stat "$1"; [[ -n ${fields[19]:-} && ${fields[19]} == "$2" && ${fields[0]} != Z ]]; }

recorded_pid() {
  local pid began
  { read -r pid began <"$1"; } 2>/dev/null || return 1
  [[ -n $pid && -n $began ]] && runs "$pid" "$began" || return 1
  echo "$pid"
}

stop_recorded() { local pid; pid=$(recorded_pid "$1") && kill "-$2" "$pid" 2>/dev/null; return 0; }

# wait_gone PIDS_FOLDER LIMIT_MS [EXCEPT]
wait_gone() {
  local folder=$1 rounds=$(( $2 / 50 )) except=${3:-} file left
  while (( rounds-- > 0 )); do
    left=
    for file in "$folder"/*; do
      [[ -e $file && ${file##*/} != "$except" ]] || continue
      if recorded_pid "$file" >/dev/null; then left=1; break; fi
    done
    [[ -n $left ]] || return 0
    sleep 0.05 9>&-
  done
  return 1
}

# stack_processes STATE: processes whose environment names this state folder, also those that neither a pid file nor a
# supervisor knows any more. grep alone, no pipe into it: a grep that has found its line ends first, and pipefail would call
# that a failure.
stack_processes() { { grep -slzxF "EMS_STACK=$1" /proc/[0-9]*/environ || true; } | cut -d/ -f3; }
