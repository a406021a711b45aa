// A fleet of vehicles that send positions, on one light connection, for benches. It keeps what
// matters to the centre: every record has a key of its own, a vehicle has at most kWindow of them
// unacknowledged, and what was lost is sent again. One thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "tests/bench/raw_mqtt.h"

namespace ems::bench {

inline constexpr int kVehicles = 1000;
// Vehicles that send at once. Of backlogs so many that their windows, emptied at most twice a second, ask for
// more than any database of this size takes: the ingest is the bound then.
inline constexpr int kVehiclesLive = 500;
inline constexpr int kVehiclesBehind = 1000;
inline constexpr std::size_t kWindow = 64; // of a vehicle, as vehicle/agent/limits.h

inline RegionCode region() {
    return RegionCode::parse("140802").value();
}

inline std::string name_of_vehicle(int i) {
    return fmt::format("amb-{:04}", i);
}

// One envelope after the other of one vehicle; the parts that do not change are made once.
class Source {
  public:
    Source(int i, std::uint64_t spools)
        : topic_live_(wire::up_topic(region(), VehicleId::parse(name_of_vehicle(i)).value(),
                                     wire::UpKind::gps)),
          topic_backlog_(wire::up_topic(region(), VehicleId::parse(name_of_vehicle(i)).value(),
                                        wire::UpKind::bf)) {
        envelope_.set_spool(spools + static_cast<std::uint64_t>(i));
        envelope_.set_clk(wire::CLOCK_GNSS);
        envelope_.set_ver(1);
        envelope_.set_stream(wire::STREAM_G);
        position_.set_lon_e7(1'109'900'000 + i);
        position_.set_speed_cm_s(1200);
        position_.set_course_cdeg(9000);
        position_.set_altitude_dm(4000);
        position_.set_hdop_centi(90);
        position_.set_satellites(12);
        position_.set_fix_mode(3);
    }
    const wire::Envelope& record(std::uint64_t seq, std::int64_t start_us) {
        position_.set_lat_e7(350'210'000 + static_cast<std::int32_t>(seq % 1000));
        position_.SerializeToString(envelope_.mutable_body());
        envelope_.set_seq(seq);
        envelope_.set_t_us(start_us + static_cast<std::int64_t>(seq) * 1000);
        return envelope_;
    }
    [[nodiscard]] const std::string& topic_live() const { return topic_live_; }
    [[nodiscard]] const std::string& topic_backlog() const { return topic_backlog_; }

    std::uint64_t sent{0};
    std::uint64_t acked{0};
    std::chrono::steady_clock::time_point moved{};
    std::chrono::steady_clock::time_point repaired{};

  private:
    std::string topic_live_;
    std::string topic_backlog_;
    wire::Envelope envelope_;
    wire::Position position_;
};

// The vehicles of the whole region on one connection: each keeps its window, and sends what was
// lost again. Together they send as fast as the way takes: a little faster while nothing is lost,
// slower when the broker, whose queue is bounded, has dropped something.
class LightFleet {
  public:
    enum class Shape { single, backfill };
    LightFleet(std::uint16_t port, Shape shape)
        : mqtt_(port, "bench-fleet", nullptr), shape_(shape),
          start_us_(SystemClock{}.utc_us() - 60'000'000),
          spools_(static_cast<std::uint64_t>(start_us_)) {
        mqtt_.subscribe("ems/v1/140802/+/d/ack");
        for (int i = 0; i < (shape == Shape::single ? kVehiclesLive : kVehiclesBehind); ++i) {
            sources_.emplace_back(i, spools_);
        }
    }

    // Goes on for that long; gives the records acknowledged meanwhile.
    std::uint64_t run(std::chrono::duration<double> time) {
        const std::uint64_t before = acked_;
        const auto until = std::chrono::steady_clock::now() + time;
        while (std::chrono::steady_clock::now() < until) {
            send_some();
            mqtt_.read(1, [this](std::string_view topic, std::string_view payload) {
                take_ack(topic, payload);
            });
        }
        return acked_ - before;
    }
    [[nodiscard]] std::uint64_t resent() const { return resent_; }

  private:
    void send_some() {
        const auto now = std::chrono::steady_clock::now();
        const double passed = std::min(0.01, std::chrono::duration<double>(now - paced_).count());
        paced_ = now;
        if (now - lost_at_ > std::chrono::milliseconds{500}) {
            // Fast until the way is known, then by half each second.
            pace_ *= 1 + passed * (resent_ == 0 ? 1.4 : 0.5);
        }
        allowed_ = std::min(allowed_ + passed * pace_, std::max(pace_ / 200, 50.0));
        for (std::size_t n = 0; n < sources_.size() && allowed_ > 0; ++n) {
            Source& source = sources_[next_];
            next_ = (next_ + 1) % sources_.size();
            const std::uint64_t open = source.sent - source.acked;
            if (open > 0 &&
                now - source.moved > std::chrono::seconds{3}) { // also the last of them was lost
                lost(open);
                source.sent = source.acked;
                source.moved = now;
            }
            const std::uint64_t room = kWindow - (source.sent - source.acked);
            // 20 to 50 a message, as an uplink that found room for so many.
            const std::uint64_t wanted =
                shape_ == Shape::single ? 1 : 20 + static_cast<std::uint64_t>(turn_++ * 7) % 31;
            if (room < wanted || packets_ - mqtt_.pubacks() >= 90) {
                continue;
            }
            if (source.sent == source.acked) {
                source.moved = now;
            }
            std::vector<std::uint64_t> seqs(wanted);
            std::iota(seqs.begin(), seqs.end(), source.sent + 1);
            source.sent += wanted;
            send(source, seqs);
        }
        mqtt_.flush();
    }

    void send(Source& source, const std::vector<std::uint64_t>& seqs) {
        allowed_ -= static_cast<double>(seqs.size());
        if (shape_ == Shape::single) {
            for (const std::uint64_t seq : seqs) {
                source.record(seq, start_us_).SerializeToString(&bytes_);
                mqtt_.publish(source.topic_live(), bytes_);
            }
            return;
        }
        backfill_.Clear();
        for (const std::uint64_t seq : seqs) {
            *backfill_.add_records() = source.record(seq, start_us_);
        }
        backfill_.SerializeToString(&bytes_);
        mqtt_.publish(source.topic_backlog(), bytes_,
                      static_cast<std::uint16_t>(packets_ % 65'535 + 1));
        ++packets_;
    }

    void take_ack(std::string_view topic, std::string_view payload) {
        wire::Ack ack;
        if (!ack.ParseFromArray(payload.data(), static_cast<int>(payload.size())) ||
            ack.streams().empty()) {
            return;
        }
        // ems/v1/140802/amb-0000/d/ack
        const auto i =
            static_cast<std::size_t>(std::atoi(std::string{topic.substr(18, 4)}.c_str()));
        if (ack.spool() != spools_ + i) {
            return; // of a fleet before this one
        }
        Source& source = sources_.at(i);
        const wire::StreamAck& stream = ack.streams(0);
        const std::uint64_t upto = std::min(stream.upto(), source.sent);
        const auto now = std::chrono::steady_clock::now();
        if (upto > source.acked) {
            acked_ += upto - source.acked;
            source.acked = upto;
            source.moved = now;
        }
        // One connection keeps order: what is missing below something that came was lost.
        std::vector<std::uint64_t> missing;
        std::uint64_t from = upto + 1;
        for (const wire::SeqRange& range : stream.ranges()) {
            for (; from < range.from() && range.to() <= source.sent; ++from) {
                missing.push_back(from);
            }
            from = range.to() + 1;
        }
        if (!missing.empty() && now - source.repaired > std::chrono::seconds{1}) {
            source.repaired = now;
            lost(missing.size());
            send(source, missing);
        }
    }

    void lost(std::uint64_t count) {
        resent_ += count;
        const auto now = std::chrono::steady_clock::now();
        if (now - lost_at_ > std::chrono::milliseconds{500}) {
            pace_ = std::max(pace_ * 0.7, 1000.0);
            lost_at_ = now;
        }
    }

    RawMqtt mqtt_;
    const Shape shape_;
    const std::int64_t start_us_;
    const std::uint64_t spools_; // of the first vehicle; another fleet has others
    std::vector<Source> sources_;
    wire::Backfill backfill_;
    std::string bytes_;
    std::size_t next_{0};
    std::size_t turn_{0};
    std::uint64_t acked_{0};
    std::uint64_t packets_{0};
    std::uint64_t resent_{0};
    double pace_{8000}; // records a second
    double allowed_{0};
    std::chrono::steady_clock::time_point paced_{};
    std::chrono::steady_clock::time_point lost_at_{};
};

} // namespace ems::bench
