#include "telemetry/signal/scores/mews.h"

#include <array>

namespace ems::signal {
namespace {

constexpr std::array kSbp{Band{kFromBelow, 3}, Band{71, 2}, Band{81, 1}, Band{101, 0},
                          Band{200, 2}};
constexpr std::array kHr{Band{kFromBelow, 2}, Band{41, 1},  Band{51, 0},
                         Band{101, 1},        Band{111, 2}, Band{130, 3}};
constexpr std::array kRr{Band{kFromBelow, 2}, Band{9, 0}, Band{15, 1}, Band{21, 2}, Band{30, 3}};
constexpr std::array kTempTenths{Band{kFromBelow, 2}, Band{350, 0}, Band{385, 2}};
constexpr std::array kQsofaRr{Band{kFromBelow, 0}, Band{22, 1}};
constexpr std::array kQsofaSbp{Band{kFromBelow, 1}, Band{101, 0}};

} // namespace

Score mews(const MewsInput& in) {
    ScoreItem consciousness{.name = "consciousness"};
    if (in.consciousness) {
        static constexpr std::array kLetters{"A", "V", "P", "U"};
        consciousness.points = static_cast<int>(*in.consciousness);
        consciousness.taken = kLetters.at(static_cast<std::size_t>(*in.consciousness));
    }
    return {.id = "MEWS (Subbe 2001)",
            .items = {whole_item("SBP", in.sbp_mmhg, kSbp), whole_item("HR", in.hr_per_min, kHr),
                      whole_item("RR", in.rr_per_min, kRr),
                      tenths_item("temperature", in.temp_c, kTempTenths), consciousness}};
}

Score qsofa(const QsofaInput& in) {
    ScoreItem mentation{.name = "mentation"};
    if (in.mentation) {
        mentation.points = *in.mentation == Finding::abnormal ? 1 : 0;
        mentation.taken = *in.mentation == Finding::abnormal ? "altered" : "GCS 15";
    }
    return {.id = "qSOFA (Sepsis-3 2016)",
            .items = {whole_item("RR", in.rr_per_min, kQsofaRr),
                      whole_item("SBP", in.sbp_mmhg, kQsofaSbp), mentation}};
}

} // namespace ems::signal
