// What a recording loses when its process is killed. For ems-bench-media.
#pragma once

#include <string>

namespace ems::bench {

// The camera of the other parts into a recorder, without a network between, until it is killed.
// Below `dir`; its file "sent" says how many pictures the recorder was given.
void record_until_killed(const std::string& dir);

// Groups of pictures (2 s) that the recorder of a killed process was given and that no file holds:
// the worst of five, killed at five places of a group. 100 when nothing was recorded.
double groups_lost_by_kill();

} // namespace ems::bench
