# Sourced: ./ems drill. A second world beside the one of the state folder: folder, database, broker, authority of
# certificates, ports and vehicles of its own, and servers that say to every desk that they are a drill's. The emergency is
# the demo's; with a window whoever trains sends the ambulance.
EMS_STATE=$EMS_STATE-drill
EMS_WORLD=drill
source "$EMS_LAUNCHER/demo.sh"

drill_main() { play drill "$@"; }
