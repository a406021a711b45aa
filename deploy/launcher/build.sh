# Sourced: Debian packages and the build.
source "$EMS_LAUNCHER/common.sh"

wanted_packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$EMS_ROOT/deploy/packages.txt"; }

missing_packages() {
  local have
  have=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
  comm -23 <(wanted_packages | sort -u) <(echo "$have")
}

# Before anything is redirected into a log: this sentence is for the person at the keyboard.
need_root() {
  [[ $EUID -eq 0 ]] || command -v sudo >/dev/null ||
    die "packages are missing and need root to install: run as root or install sudo"
}
as_root() { if [[ $EUID -eq 0 ]]; then "$@"; else sudo --preserve-env=DEBIAN_FRONTEND "$@"; fi; }

# why LOG PATTERN: the last line that matches, else (sudo refused, say) the last line at all.
why() {
  local line
  line=$(grep -E "$2" "$1" | tail -1) || true
  [[ -n $line ]] || line=$(tail -1 "$1")
  echo "${line#E: }"
}

# apt with its own progress turned into one line.
apt_install() {
  local log=$EMS_STATE/log/apt.log
  # One of an earlier run may be root's.
  rm -f "$log"; : >"$log"
  # The descriptor for apt's status is opened inside: sudo closes what it inherits beyond the first three.
  if ! as_root sh -c 'exec 3>&1 >"$0" 2>&1 </dev/null; exec env DEBIAN_FRONTEND=noninteractive "$@"' "$log" \
    apt-get install -y -q --no-install-recommends --no-remove -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 "$@" 2>>"$log" |
    while IFS=: read -r kind package percent text; do
      case $kind in
        dlstatus) progress "ems: downloading packages ${percent%%.*} %" ;;
        pmstatus) progress "ems: installing packages ${percent%%.*} % ($package)" ;;
      esac
    done
  then
    progress_end
    die "installing packages failed: $(why "$log" '^E: ') (all of it: $log)"
  fi
  progress_end
}

# libboost1.81-dev cannot stand beside another Boost -dev. Nothing of the machine is removed: its headers are unpacked
# into the state folder instead and the build is pointed at them.
unpack_boost() {
  local to=$EMS_STATE/boost
  say "another Boost -dev is installed and stays; unpacking the 1.81 headers into $to"
  rm -rf "$to" "$to.new"; mkdir -p "$to.new"
  ( cd "$to.new" && apt-get download -q libboost1.81-dev >>"$EMS_STATE/log/setup.log" 2>&1 && dpkg -x libboost1.81-dev_*.deb . && rm -f ./*.deb ) ||
    die "libboost1.81-dev could not be downloaded (all of it: $EMS_STATE/log/setup.log)"
  mv "$to.new" "$to"
}

configured_boost() { sed -n 's/^EMS_BOOST_INCLUDE:[A-Z]*=//p' "$EMS_BUILD/CMakeCache.txt" 2>/dev/null || true; }

# The folder of the Boost headers to build with: those that the build uses already, whatever state folder they lie in, else
# our own, else the system's.
boost_include() {
  local folder
  for folder in "$(configured_boost)" "$EMS_STATE/boost/usr/include"; do
    if [[ $folder != /usr/include && -e $folder/boost/version.hpp ]]; then echo "$folder"; return; fi
  done
  echo /usr/include
}

setup_packages() {
  make_state
  [[ -r /etc/debian_version ]] && command -v apt-get >/dev/null || die "this is not Debian; ems is built for Debian 12"
  local missing log=$EMS_STATE/log/setup.log
  mapfile -t missing < <(missing_packages)
  # Headers already unpacked stand in for the package.
  if [[ $(boost_include) != /usr/include ]]; then
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | grep -vx libboost1.81-dev | grep . || true)
  fi
  [[ ${#missing[@]} -eq 0 ]] && return 0
  need_root
  say "installing ${#missing[@]} Debian packages and what they need (log: ${log%/*})"
  as_root apt-get update -q >"$log" 2>&1 ||
    die "apt-get update failed: $(why "$log" '^(E|Err)')$(! grep -qE '^(E|Err)' "$log" || echo "; check the package sources in /etc/apt")"
  local package known
  for package in "${missing[@]}"; do
    known=$(apt-cache policy "$package" 2>/dev/null | sed -n 's/^ *Candidate: //p')
    [[ -n $known && $known != "(none)" ]] || die "no package source offers '$package'; check /etc/apt/sources.list (Debian 12 main is needed)"
  done
  if ! apt-get install -s --no-install-recommends --no-remove "${missing[@]}" >"$EMS_STATE/log/apt-check.log" 2>&1; then
    local rest
    mapfile -t rest < <(printf '%s\n' "${missing[@]}" | grep -vx libboost1.81-dev || true)
    if [[ ${#rest[@]} -lt ${#missing[@]} ]] &&
       { [[ ${#rest[@]} -eq 0 ]] || apt-get install -s --no-install-recommends --no-remove "${rest[@]}" >"$EMS_STATE/log/apt-check.log" 2>&1; }; then
      unpack_boost
      missing=("${rest[@]}")
    else
      die "the packages conflict with installed ones and nothing is ever removed: $(grep -E '^(E:| [a-z0-9.+-]+ :)' "$EMS_STATE/log/apt-check.log" | head -1 | sed 's/^ *//') (all of it: $EMS_STATE/log/apt-check.log)"
    fi
  fi
  [[ ${#missing[@]} -eq 0 ]] || apt_install "${missing[@]}"
}

# build_all programs | all: configures when needed, builds with a progress line.
build_all() {
  local target=$1 log=$EMS_STATE/log/build.log boost
  mkdir -p "$EMS_BUILD"
  (
    flock -n 8 || { say "waiting for another build in $EMS_BUILD"; flock 8; }
    boost=$(boost_include)
    if [[ ! -e $EMS_BUILD/build.ninja || $(configured_boost) != "$boost" ]]; then
      progress "ems: configuring"
      cmake -S "$EMS_ROOT" -B "$EMS_BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DEMS_BOOST_INCLUDE=$boost" >"$log" 2>&1 ||
        { progress_end; tail -5 "$log" >&2; die "configuring failed (all of it: $log)"; }
    fi
    local code=0
    : >"$log"
    NINJA_STATUS='@%f/%t ' ninja -C "$EMS_BUILD" -j "${EMS_JOBS:-$(nproc)}" "$target" 2>&1 |
      while IFS= read -r line; do
        echo "$line" >>"$log"
        if [[ $line =~ ^@([0-9]+)/([0-9]+)\ (.*) ]]; then
          progress "ems: building $(( BASH_REMATCH[1] * 100 / BASH_REMATCH[2] )) % (${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}) ${BASH_REMATCH[3]##*/}"
        fi
      done || code=$?
    progress_end
    if [[ $code -ne 0 ]]; then
      grep -E -m 12 'error:|FAILED:|ninja: error' "$log" >&2 || true
      die "the build failed (all of it: $log)"
    fi
  ) 8>"$EMS_BUILD/.ems-lock" || exit 1
}

setup_main() {
  no_options setup "$@" || return 0
  setup_packages
  build_all programs
}
