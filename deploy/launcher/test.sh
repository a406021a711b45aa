# Sourced: ./ems test
source "$EMS_LAUNCHER/build.sh"

test_main() {
  local quick= pattern=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --quick) quick=1 ;;
      -R) needs_value test "$@"; pattern=(-R "$2"); shift ;;
      --help|-h) echo "usage: ./ems test [--quick] [-R REGEX]"; return 0 ;;
      *) die "test: unknown option '$1'" 2 ;;
    esac
    shift
  done
  setup_packages
  build_all all
  local exclude=()
  [[ -z $quick ]] || exclude=(-LE 'integration|system')
  # Tests that start servers each bring their own, and wait more than they work: one more than there are cores.
  QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen} ctest --test-dir "$EMS_BUILD" -j "${EMS_JOBS:-$(( $(nproc) + 1 ))}" \
    --output-on-failure --no-tests=error "${exclude[@]}" "${pattern[@]}"
}
