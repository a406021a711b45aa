// A centre that has one case of the past and answers what a replay asks, over the scripted feed of a desk.
#pragma once

#include <cmath>
#include <string>

#include "telemetry/wire/waveform.h"
#include "tests/console/fake_feed.h"

namespace ems::console {

class PastCentre {
  public:
    static constexpr std::int64_t kSecondUs = 1'000'000;
    static constexpr int kLengthS = 1'800;

    // Incident 10, unit 4, half an hour that ended before `now_us`.
    PastCentre(FakeFeed& feed, std::int64_t now_us) : feed_(feed), start_us_(now_us - 3'600 * kSecondUs) {}

    [[nodiscard]] std::int64_t startUs() const { return start_us_; }
    // Answers what was asked since; true when something was.
    bool answer() {
        const std::size_t before = answered_;
        for (; answered_ < feed_.sent.size(); ++answered_) {
            const api::ClientFrame asked = feed_.sent[answered_];
            api::ServerFrame frame;
            frame.set_reply_to(answered_ + 1);
            if (asked.has_replay()) {
                fill(asked.replay(), *frame.mutable_replay_page());
            } else if (asked.has_get_timeline()) {
                fill(*frame.mutable_timeline());
            } else if (asked.has_get_recordings()) {
                fill(*frame.mutable_recordings());
            } else if (asked.has_read_recording()) {
                ++files_read;
                frame.mutable_recording_part()->set_data(film);
                frame.mutable_recording_part()->set_total(film.size());
            } else {
                continue;
            }
            feed_.push(std::move(frame));
        }
        return answered_ != before;
    }

    std::string film{"film"}; // of every recording
    int files_read{0};

  private:
    [[nodiscard]] std::int64_t at(int s) const { return start_us_ + s * kSecondUs; }
    void fill(const api::Replay& asked, api::ReplayPage& page) const {
        if (asked.unit_id() != 0) {
            fill_whereabouts(asked, page);
            return;
        }
        if (asked.assignment_id() == 0) {
            auto* part = page.add_parts();
            part->set_assignment_id(100);
            part->set_unit_id(4);
            part->set_vid("amb-4");
            part->set_from_us(at(0));
            part->set_to_us(at(kLengthS));
            return;
        }
        page.set_stream(asked.stream());
        page.set_from_us(asked.from_us());
        page.set_to_us(asked.to_us());
        for (int s = 0; s < kLengthS; ++s) {
            if (asked.stream() == ems::wire::STREAM_G && s % 5 == 0) {
                auto* p = page.add_positions();
                p->set_t_us(at(s));
                p->mutable_position()->set_lat_e7(350'600'000 + static_cast<int>(120'000 * std::sin(s / 500.0)));
                p->mutable_position()->set_lon_e7(1'109'500'000 + s * 250);
                p->mutable_position()->set_speed_cm_s(1'400);
                p->mutable_position()->set_course_cdeg(7'500);
            } else if (asked.stream() == ems::wire::STREAM_V && s >= 600 && (s < 900 || s > 1'000)) {
                auto* v = page.add_vitals();
                v->set_t_us(at(s));
                v->mutable_vitals()->set_hr_bpm(104 + static_cast<int>(6 * std::sin(s / 40.0)));
                v->mutable_vitals()->set_pr_bpm(103);
                v->mutable_vitals()->set_spo2_pct(s > 1'100 ? 88 : 94);
                v->mutable_vitals()->set_rr_bpm(24);
                v->mutable_vitals()->set_nibp_sys_mmhg(104);
                v->mutable_vitals()->set_nibp_dia_mmhg(68);
                v->mutable_vitals()->set_nibp_mean_mmhg(80);
                v->mutable_vitals()->set_nibp_t_us(at(s / 180 * 180));
            } else if (asked.stream() == ems::wire::STREAM_W && s >= 600 && at(s) >= asked.from_us() &&
                       at(s) < asked.to_us()) {
                wave(s, *page.add_waves());
            }
        }
        if (asked.stream() == ems::wire::STREAM_V) {
            auto* gap = page.add_gaps();
            gap->set_from_us(at(900));
            gap->set_to_us(at(1'000));
        }
        if (asked.stream() == ems::wire::STREAM_A) {
            auto* e = page.add_events();
            e->set_t_us(at(1'105));
            e->mutable_event()->set_event_id("a1");
            e->mutable_event()->mutable_alarm()->set_code("spo2_low");
            e->mutable_event()->mutable_alarm()->set_priority(ems::wire::Alarm::MEDIUM);
            e->mutable_event()->mutable_alarm()->set_active(true);
            e->mutable_event()->mutable_alarm()->set_value("88 < 90");
        }
    }
    // The other units stand still, told every second; they have no more than that.
    void fill_whereabouts(const api::Replay& asked, api::ReplayPage& page) const {
        page.set_stream(asked.stream());
        for (int s = 0; s < kLengthS; ++s) {
            if (asked.stream() == ems::wire::STREAM_G && at(s) >= asked.from_us() && at(s) < asked.to_us()) {
                auto* p = page.add_positions();
                p->set_t_us(at(s));
                p->mutable_position()->set_lat_e7(350'000'000 + static_cast<int>(asked.unit_id()) * 100'000);
                p->mutable_position()->set_lon_e7(1'109'000'000);
            }
        }
    }
    // A second of all leads at 500 Hz: a beat of a spike and a wave behind it.
    void wave(int s, api::ReplayWave& out) const {
        wire::WaveBlock block;
        block.recording = 9;
        block.rate_mhz = 500'000;
        block.lead_mask = 0xff;
        block.first_sample = static_cast<std::uint64_t>(s - 600) * 500;
        block.count = 500;
        block.gain_nv = 2'440;
        for (int lead = 0; lead < 8; ++lead) {
            for (int i = 0; i < 500; ++i) {
                const double t = std::fmod(s + i / 500.0, 0.6) / 0.6;
                const double spike = std::exp(-std::pow((t - 0.3) * 60, 2)) * (lead == 2 ? -250 : 380);
                const double hump = std::exp(-std::pow((t - 0.6) * 12, 2)) * 90;
                block.samples.push_back(static_cast<std::int32_t>(spike + hump));
            }
        }
        out.set_t_us(at(s));
        *out.mutable_batch() = wire::encode_waves(block).value();
    }
    void fill(api::Timeline& out) const {
        const auto stamp = [&](const char* event, int s, std::int64_t unit) {
            auto* added = out.add_stamps();
            added->set_event(event);
            added->set_at_us(at(s));
            added->set_unit_id(unit);
            added->set_assignment_id(unit == 0 ? 0 : 100);
        };
        stamp("ring_start", 0, 0);
        stamp("answered", 7, 0);
        stamp("case_opened", 40, 0);
        stamp("unit_assigned", 55, 4);
        stamp("crew_ack", 70, 4);
        stamp("wheels", 130, 4);
        stamp("at_scene", 520, 4);
        stamp("at_patient", 580, 4);
        stamp("left_scene", 1'080, 4);
        stamp("at_hospital", 1'500, 4);
        stamp("handover", 1'760, 4);
        for (const auto& [action, who, s] : {std::tuple{"new_call", "li", 8}, std::tuple{"assign", "li", 55},
                                             std::tuple{"open_voice", "zhou", 700}}) {
            auto* row = out.add_audit();
            row->set_at_us(at(s));
            row->set_who(who);
            row->set_action(action);
        }
    }
    void fill(api::Recordings& out) const {
        out.set_readable(true);
        const auto add = [&](api::Recording::Kind kind, const std::string& id, const char* camera, int from, int to,
                             const char* by) {
            auto* r = out.add_recordings();
            r->set_kind(kind);
            r->set_id(id);
            r->set_unit_id(4);
            r->set_vid("amb-4");
            r->set_camera(camera);
            r->set_first_us(at(from));
            r->set_last_us(at(to));
            r->set_closed(true);
            r->set_by(by);
        };
        for (int s = 560; s < 1'700; s += 8) {
            add(api::Recording::VIDEO, std::to_string(s), "cabin", s, s + 8, "");
        }
        add(api::Recording::VOICE, "1", "from_crew", 705, 719, "crew");
        add(api::Recording::SNAPSHOT, "s1", "cabin", 1'200, 1'200, "周敏");
    }

    FakeFeed& feed_;
    std::int64_t start_us_;
    std::size_t answered_{0};
};

} // namespace ems::console
