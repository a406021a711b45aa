#include "tests/support/fake_clock.h"

namespace ems::test {

void FakeClock::advance(std::chrono::microseconds by) {
    utc_us_ += by.count();
    ticks_ += std::chrono::duration_cast<Ticks::duration>(by);
}

} // namespace ems::test
