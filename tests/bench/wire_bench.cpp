// ems-bench-wire: how large what a vehicle sends is, with the simulator's heart and patient through
// the product's own parsers and builders. Prints "name value unit".
#include <cstdio>
#include <string>
#include <vector>

#include "telemetry/base/log.h"
#include "telemetry/wire/cuff_time.h"
#include "tests/bench/statistics.h"
#include "vehicle/agent/monitor_state.h"
#include "vehicle/agent/wave_builder.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/device/monitor.h"
#include "vehicle/sim/device_streams.h"
#include "vehicle/sim/scenario.h"
#include "vehicle/spool/envelope.h"

namespace {

using namespace ems;
using namespace ems::vehicle;

constexpr std::int64_t kThenUs = 1'800'000'000'000'000;
constexpr int kMinutes = 10;

// As published: the body in its envelope, with numbers of a spool that has been in use.
std::size_t published(wire::Stream stream, const std::string& body, std::uint64_t seq,
                      std::int64_t t_us) {
    const NewRecord record{.stream = stream, .t_us = t_us, .clk = wire::CLOCK_GNSS, .body = body};
    return seal_record(record, 0x9E3779B97F4A7C15ULL, 100'000 + seq).envelope.size();
}

struct Sizes {
    std::vector<double> body;
    std::vector<double> message;
    void add(wire::Stream stream, const std::string& bytes, std::int64_t t_us) {
        body.push_back(static_cast<double>(bytes.size()));
        message.push_back(static_cast<double>(published(stream, bytes, body.size(), t_us)));
    }
    void say(const char* name) const {
        std::printf("%s %.1f byte\n%s_without_envelope %.1f byte\n%s_max %.0f byte\n", name,
                    bench::mean(message), name, bench::mean(body), name,
                    bench::quantile(message, 1));
    }
};

// 8 leads at 500 Hz with white noise of 4 units and pleth, watched: batches of 0.2 s.
Sizes ecg() {
    sim::EcgModel heart{7};
    EcgBoxParser parser;
    WaveBuilder builder;
    Sizes sizes;
    bool open = false;
    std::string bytes = sim::ecg_greeting();
    for (std::uint64_t sample = 0; sample < std::uint64_t{kMinutes} * 60 * 500;
         sample += sim::kEcgBlockSamples) {
        bytes += sim::ecg_block(heart, sample);
        const auto blocks = parser.feed(bytes).value();
        bytes.clear();
        if (!open) {
            builder.begin(WaveBuilder::session_of(parser.header(), 0x123456789ABCDEFULL));
            open = true;
        }
        for (const EcgBlock& block : blocks) {
            const auto t_us = kThenUs + static_cast<std::int64_t>(block.first_sample) * 2'000;
            for (const BuiltBatch& built :
                 builder.add(WaveBuilder::chunk_of(parser.header(), block), DeviceTime{t_us},
                             Watched::yes)) {
                sizes.add(wire::STREAM_W, built.batch.SerializeAsString(), built.t_us);
            }
        }
    }
    return sizes;
}

// A monitored patient with a cuff that measures, once a second.
Sizes vitals() {
    sim::Patient patient = sim::new_patient(*sim::built_in_scenarios().find("chest_pain"));
    const auto monitor = make_monitor(MonitorForm::pds);
    MonitorState state;
    Sizes sizes;
    for (int second = 0; second < kMinutes * 60; ++second) {
        const std::int64_t t_us = kThenUs + std::int64_t{second} * 1'000'000;
        const Ticks now{std::chrono::seconds{second}};
        const sim::CuffEvent cuff = sim::advance(patient, 1, t_us);
        const sim::MonitorNumbers numbers = sim::numbers_of(patient);
        std::string bytes = sim::pds_numerics(&numbers);
        if (cuff == sim::CuffEvent::measured) {
            bytes += sim::pds_cuff(&patient);
        }
        for (const MonitorMessage& message : monitor->feed(bytes, now).messages) {
            state.take(message, DeviceTime{t_us}, now);
        }
        if (auto known = state.vitals(now)) {
            wire::set_cuff_t_us(*known, known->nibp_t_us(), t_us); // as the agent stores it
            sizes.add(wire::STREAM_V, known->SerializeAsString(), t_us);
        }
    }
    return sizes;
}

} // namespace

int main() {
    log::set_level(log::Level::error);
    ecg().say("ecg_batch_bytes");
    vitals().say("vitals_bytes");
    return 0;
}
