#include "telemetry/wire/ecg_mark.h"

namespace ems::wire {

Result<void> check_ecg_mark(const EcgMark& mark) {
    if (mark.from_us() <= 0) {
        return fail(Code::invalid_argument, "ecg_mark.from_us");
    }
    if (mark.duration_ms() == 0 || mark.duration_ms() > kEcgMarkMsMax) {
        return fail(Code::invalid_argument, "ecg_mark.duration_ms");
    }
    if (mark.leads() != 12 && mark.leads() != 3 && mark.leads() != 1) {
        return fail(Code::invalid_argument, "ecg_mark.leads");
    }
    return {};
}

std::int64_t ecg_mark_end_us(const EcgMark& mark) {
    return mark.from_us() + std::int64_t{mark.duration_ms()} * 1'000;
}

} // namespace ems::wire
