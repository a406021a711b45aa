#include "tests/bench/light_fleet.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "vehicle/agent/limits.h"
#include "vehicle/agent/wave_builder.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/sim/device_streams.h"

namespace ems::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSlots = 1'000ms / LightFleet::kSlot;
constexpr std::uint64_t kEcgEvery = 200ms / LightFleet::kSlot;
constexpr std::size_t kWaves = 50;
constexpr std::size_t kUnackedMax = 1'024;

// Ten seconds of a simulated heart in batches of 0.2 s.
std::vector<std::string> simulated_waves() {
    sim::EcgModel heart{3};
    vehicle::EcgBoxParser parser;
    vehicle::WaveBuilder builder;
    std::vector<std::string> out;
    static_cast<void>(parser.feed(sim::ecg_greeting()));
    builder.begin(vehicle::WaveBuilder::session_of(parser.header(), 1));
    for (std::uint64_t sample = 0; out.size() < kWaves; sample += sim::kEcgBlockSamples) {
        const auto blocks = parser.feed(sim::ecg_block(heart, sample)).value();
        for (const vehicle::EcgBlock& block : blocks) {
            for (const auto& built :
                 builder.add(vehicle::WaveBuilder::chunk_of(parser.header(), block), DeviceTime{1},
                             vehicle::Watched::yes)) {
                out.push_back(built.batch.SerializeAsString());
            }
        }
    }
    return out;
}

} // namespace

struct LightFleet::Vehicle {
    std::string topic; // up to the kind
    std::uint64_t spool{0};
    std::array<std::uint64_t, 5> last_seq{}; // by stream
    std::mutex mutex;
    struct Flight {
        std::uint64_t seq{0};
        Ticks made{};
        Ticks sent{};
        std::string envelope;
    };
    std::deque<Flight> unacked; // positions
};

LightFleet::LightFleet(const test::TempBroker& broker, const Options& options)
    : waves_(simulated_waves()), with_ecg_(options.with_ecg) {
    for (std::size_t i = 0; i < options.vehicles.size(); ++i) {
        auto vehicle = std::make_unique<Vehicle>();
        vehicle->topic = "ems/v1/140802/" + options.vehicles[i] + "/u/";
        vehicle->spool = 0x5000'0000'0000'0000ULL + i;
        vehicles_.push_back(std::move(vehicle));
    }
    link::MqttConfig config;
    config.port = broker.port();
    config.client_id = options.name;
    config.ca_file = broker.ca();
    config.certificate_file = broker.certificate(options.name);
    config.key_file = broker.key(options.name);
    config.pending_max = 16'384;
    config.pending_bytes_max = std::size_t{32} << 20U;
    config.subscriptions = {{"ems/v1/140802/+/d/ack", link::Qos::at_most_once}};
    link::MqttHandlers handlers;
    handlers.message = [this](link::MqttMessage&& message) { take(message); };
    session_ = std::make_unique<link::MqttSession>(std::move(config), std::move(handlers));
    session_->start();
}

LightFleet::~LightFleet() = default;

void LightFleet::say(Vehicle& vehicle, const char* kind, const std::string& payload,
                     link::Qos qos) {
    if (session_->publish(vehicle.topic + kind, payload, qos)) {
        ++published_;
    } else {
        ++refused_;
    }
}

std::string LightFleet::record(Vehicle& vehicle, wire::Stream stream, const std::string& body) {
    wire::Envelope envelope;
    envelope.set_spool(vehicle.spool);
    envelope.set_seq(++vehicle.last_seq.at(static_cast<std::size_t>(stream)));
    envelope.set_t_us(clock_.utc_us());
    envelope.set_clk(wire::CLOCK_GNSS);
    envelope.set_ver(1);
    envelope.set_stream(stream);
    envelope.set_body(body);
    return envelope.SerializeAsString();
}

void LightFleet::say_births() {
    for (const auto& vehicle : vehicles_) {
        wire::Birth birth;
        birth.set_birth_counter(1);
        birth.set_spool(vehicle->spool);
        birth.set_software("bench");
        say(*vehicle, "birth", birth.SerializeAsString(), link::Qos::at_most_once);
    }
}

void LightFleet::second(Vehicle& vehicle) {
    const std::uint64_t n = vehicle.last_seq[wire::STREAM_G];
    wire::Position position;
    position.set_lat_e7(350'000'000 + static_cast<std::int32_t>(n % 600) * 1'000);
    position.set_lon_e7(1'110'000'000);
    position.set_speed_cm_s(1'200);
    position.set_satellites(12);
    position.set_hdop_centi(80);
    position.set_fix_mode(3);
    const std::string fix = record(vehicle, wire::STREAM_G, position.SerializeAsString());
    {
        const std::lock_guard lock{vehicle.mutex};
        if (vehicle.unacked.size() < kUnackedMax) {
            const Ticks now = clock_.ticks();
            vehicle.unacked.push_back({vehicle.last_seq[wire::STREAM_G], now, now, fix});
        }
    }
    say(vehicle, "gps", fix, link::Qos::at_most_once);
    resend(vehicle);
    wire::Vitals vitals;
    vitals.set_hr_bpm(70 + static_cast<std::int32_t>(n % 40));
    vitals.set_spo2_pct(97);
    vitals.set_rr_bpm(16);
    say(vehicle, "vit", record(vehicle, wire::STREAM_V, vitals.SerializeAsString()),
        link::Qos::at_most_once);
    wire::Heartbeat beat;
    beat.set_birth_counter(1);
    beat.set_t_us(clock_.utc_us());
    beat.set_spool(vehicle.spool);
    for (const wire::Stream stream : {wire::STREAM_G, wire::STREAM_V, wire::STREAM_W}) {
        wire::StreamCount& count = *beat.add_streams();
        count.set_stream(stream);
        count.set_last_seq(vehicle.last_seq.at(static_cast<std::size_t>(stream)));
    }
    say(vehicle, "hb", beat.SerializeAsString(), link::Qos::at_most_once);
}

// As ems-vehicled does: what was not acknowledged comes again.
void LightFleet::resend(Vehicle& vehicle) {
    wire::Backfill backfill;
    {
        const std::lock_guard lock{vehicle.mutex};
        const Ticks now = clock_.ticks();
        for (auto& flight : vehicle.unacked) {
            if (now - flight.sent >= ems::vehicle::kResendFirst &&
                static_cast<std::size_t>(backfill.records_size()) <
                    ems::vehicle::kBackfillRecordsMax) {
                flight.sent = now;
                backfill.add_records()->ParseFromString(flight.envelope);
            }
        }
    }
    if (backfill.records_size() > 0) {
        resent_ += static_cast<std::uint64_t>(backfill.records_size());
        say(vehicle, "bf", backfill.SerializeAsString(), link::Qos::at_least_once);
    }
}

void LightFleet::ecg(Vehicle& vehicle) {
    const std::uint64_t n = vehicle.last_seq[wire::STREAM_W];
    say(vehicle, "wav", record(vehicle, wire::STREAM_W, waves_[n % waves_.size()]),
        link::Qos::at_most_once);
}

void LightFleet::play_slot() {
    const std::uint64_t slot = slot_++;
    for (std::size_t i = slot % kSlots; i < vehicles_.size(); i += kSlots) {
        second(*vehicles_[i]);
    }
    for (std::size_t i = slot % kEcgEvery; i < with_ecg_; i += kEcgEvery) {
        ecg(*vehicles_[i]);
    }
}

void LightFleet::take(const link::MqttMessage& message) {
    constexpr std::size_t kNumberAt = sizeof "ems/v1/140802/amb-" - 1;
    std::size_t number = 0;
    wire::Ack ack;
    const char* const begin = message.topic.data();
    if (message.topic.size() < kNumberAt + 4 ||
        std::from_chars(begin + kNumberAt, begin + kNumberAt + 4, number).ec != std::errc{} ||
        number == 0 || number > vehicles_.size() || !ack.ParseFromString(message.payload)) {
        return;
    }
    Vehicle& vehicle = *vehicles_[number - 1];
    for (const wire::StreamAck& stream : ack.streams()) {
        if (stream.stream() != wire::STREAM_G) {
            continue;
        }
        const Ticks now = clock_.ticks();
        std::vector<double> ages;
        {
            const std::lock_guard lock{vehicle.mutex};
            std::erase_if(vehicle.unacked, [&](const Vehicle::Flight& flight) {
                const bool in_range = std::any_of(
                    stream.ranges().begin(), stream.ranges().end(), [&](const auto& range) {
                        return range.from() <= flight.seq && flight.seq <= range.to();
                    });
                if (flight.seq > stream.upto() && !in_range) {
                    return false;
                }
                ages.push_back(std::chrono::duration<double>(now - flight.made).count());
                return true;
            });
        }
        const std::lock_guard lock{mutex_};
        ages_.insert(ages_.end(), ages.begin(), ages.end());
    }
}

std::vector<double> LightFleet::take_ages() {
    const std::lock_guard lock{mutex_};
    return std::exchange(ages_, {});
}

} // namespace ems::bench
