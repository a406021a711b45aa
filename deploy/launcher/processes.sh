# Sourced: processes known by a file that holds "PID START_TIME" (field 22 of /proc/PID/stat), so that a number that the
# kernel has given to another process since is never signalled.

start_time() { local stat; stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0; stat=${stat##*) }; set -- $stat; echo "${20}"; }

recorded_pid() {
  local pid began
  read -r pid began <"$1" 2>/dev/null || return 1
  [[ -n $pid && -n $began && $(start_time "$pid") == "$began" ]] || return 1
  [[ $(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null) != Z ]] || return 1
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

# Processes whose environment names this state folder: what neither a pid file nor a supervisor knows any more.
stack_processes() {
  local state=$1 file pid
  for file in /proc/[0-9]*/environ; do
    pid=${file#/proc/}; pid=${pid%/environ}
    if { tr '\0' '\n' <"$file"; } 2>/dev/null | grep -qxF "EMS_STACK=$state"; then echo "$pid"; fi
  done
}
