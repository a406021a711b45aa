// One clock for all views; what came later is not told before its time; nothing is ever sent.
#include "console/model/replay_clock.h"
#include "console/model/replay_feed.h"

#include <gtest/gtest.h>

#include "console/model/desk_state.h"
#include "console/model/ecg_feed.h"
#include "telemetry/wire/waveform.h"

namespace ems::console {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kStartUs = 1'741'600'800 * kSecondUs;

Ticks at(std::int64_t ms) {
    return Ticks{milliseconds{1'000'000 + ms}};
}

TEST(ReplayClock, RunsAsFastAsItIsToldAndDoesNotDriftOverChanges) {
    ReplayClock clock{kStartUs, kStartUs + 3'600 * kSecondUs};
    clock.play(at(0));
    EXPECT_EQ(clock.at(at(1'500)), kStartUs + 1'500'000);
    clock.set_speed(ReplaySpeed::x16, at(1'500));
    EXPECT_EQ(clock.at(at(2'500)), kStartUs + 17'500'000);
    for (int i = 0; i < 1'000; ++i) { // a thousand changes cost not a microsecond
        clock.set_speed(i % 2 == 0 ? ReplaySpeed::x4 : ReplaySpeed::x16, at(2'500 + i));
    }
    EXPECT_EQ(clock.at(at(3'500)), kStartUs + 17'500'000 + (500 * 4 + 500 * 16) * 1'000);
    clock.pause(at(3'500));
    EXPECT_EQ(clock.at(at(9'999)), clock.at(at(3'500)));
}

TEST(ReplayClock, StaysWithinTheCaseAndStopsAtItsEnd) {
    ReplayClock clock{kStartUs, kStartUs + 10 * kSecondUs};
    clock.seek(kStartUs - 5, at(0));
    EXPECT_EQ(clock.at(at(0)), kStartUs);
    EXPECT_EQ(clock.jumps(), 1U);
    clock.play(at(0));
    EXPECT_TRUE(clock.has_ended(at(20'000)));
    EXPECT_EQ(clock.at(at(20'000)), kStartUs + 10 * kSecondUs);
}

TEST(ReplayClock, SpeedsAreThoseOnTheButtons) {
    EXPECT_EQ(faster(ReplaySpeed::x8), ReplaySpeed::x16);
    EXPECT_EQ(faster(ReplaySpeed::x16), ReplaySpeed::x16);
    EXPECT_EQ(slower(ReplaySpeed::x2), ReplaySpeed::x1);
    EXPECT_EQ(slower(ReplaySpeed::x1), ReplaySpeed::x1);
}

class ReplayOfACase : public testing::Test {
  protected:
    ReplayOfACase() {
        api::Incident incident;
        incident.set_id(901);
        incident.set_number("0034");
        incident.set_created_us(kStartUs);
        incident.set_state("closed");
        api::ReplayPart part;
        part.set_assignment_id(77);
        part.set_unit_id(4);
        part.set_vid("amb-1");
        part.set_from_us(kStartUs);
        part.set_to_us(kStartUs + 1'800 * kSecondUs);
        past_.emplace(incident, std::vector<api::ReplayPart>{part});
        api::Timeline timeline;
        stamp(timeline, "ring_start", 0, 0);
        stamp(timeline, "unit_assigned", 60, 4);
        stamp(timeline, "wheels", 120, 4);
        stamp(timeline, "at_patient", 600, 4);
        stamp(timeline, "handover", 1'500, 4);
        note(timeline, "家属在村口", 400);
        note(timeline, "已上车", 700);
        past_->add_timeline(timeline);
        api::ReplayPage page;
        page.set_stream(ems::wire::STREAM_V);
        for (int s = 0; s < 1'800; s += 5) {
            auto* p = page.add_positions();
            p->set_t_us(kStartUs + s * kSecondUs);
            p->mutable_position()->set_lat_e7(350'000'000 + s * 100);
            p->mutable_position()->set_lon_e7(1'110'000'000);
            p->mutable_position()->set_hdop_centi(s < 600 ? 2'400 : 0);
            auto* v = page.add_vitals();
            v->set_t_us(kStartUs + s * kSecondUs);
            v->mutable_vitals()->set_hr_bpm(60 + s / 60);
        }
        past_->add_page(4, page);
        api::ReplayPage waves;
        for (int s = 600; s < 700; ++s) {
            auto* w = waves.add_waves();
            w->set_t_us(kStartUs + s * kSecondUs);
            wire::WaveBlock block;
            block.recording = 9;
            block.rate_mhz = 500'000;
            block.lead_mask = 0b10;
            block.first_sample = static_cast<std::uint64_t>(s - 600) * 500;
            block.count = 500;
            block.gain_nv = 2440;
            for (std::uint64_t i = 0; i < 500; ++i) {
                block.samples.push_back(static_cast<std::int32_t>(i));
            }
            *w->mutable_batch() = wire::encode_waves(block).value();
        }
        past_->add_waves(4, past_->stretch_start(kStartUs + 600 * kSecondUs), waves);
        api::Unit unit;
        unit.set_id(4);
        unit.set_name("冯村01");
        ReplayScenery scenery;
        scenery.units.push_back(unit);
        feed_.emplace(*past_, scenery);
    }
    static void stamp(api::Timeline& timeline, const char* event, int s, std::int64_t unit) {
        auto* out = timeline.add_stamps();
        out->set_event(event);
        out->set_at_us(kStartUs + s * kSecondUs);
        out->set_unit_id(unit);
        out->set_assignment_id(unit == 0 ? 0 : 77);
    }
    static void note(api::Timeline& timeline, const char* text, int s) {
        auto* out = timeline.add_notes();
        out->set_id(timeline.notes_size());
        out->set_at_us(kStartUs + s * kSecondUs);
        out->set_who("李");
        out->set_text(text);
        auto* audit = timeline.add_audit();
        audit->set_at_us(out->at_us());
        audit->set_who("li");
        audit->set_action("add_note");
    }
    // A desk that was told everything since restart.
    void drain() {
        for (const FeedEvent& event : feed_->drain(10'000)) {
            if (const auto* change = std::get_if<LinkChange>(&event)) {
                state_.apply_link(*change, now_us_);
                continue;
            }
            const auto& frame = std::get<api::ServerFrame>(event);
            if (frame.has_snapshot()) {
                state_.apply_snapshot(frame.snapshot(), now_us_);
            } else if (frame.has_delta()) {
                ASSERT_TRUE(state_.apply_delta(frame.delta(), now_us_));
            } else if (frame.has_live()) {
                state_.apply_live(frame.live(), now_us_);
                for (const auto& wave : frame.live().waves()) {
                    ecg_.add(wave, 0);
                    newest_wave_us_ = wave.device_us();
                }
            }
        }
    }
    void restart(int s) {
        now_us_ = kStartUs + s * kSecondUs;
        state_ = DeskState{};
        feed_->restart(now_us_);
        drain();
    }
    void advance(int s) {
        now_us_ = kStartUs + s * kSecondUs;
        feed_->advance(now_us_);
        drain();
    }

    std::optional<ReplayCase> past_;
    std::optional<ReplayFeed> feed_;
    DeskState state_;
    EcgFeed ecg_;
    std::int64_t now_us_{kStartUs};
    std::int64_t newest_wave_us_{0};
};

TEST_F(ReplayOfACase, ShowsWhatWasKnownThenAndNothingLater) {
    restart(300);
    ASSERT_NE(state_.unit(4), nullptr);
    EXPECT_EQ(state_.unit(4)->state(), ems::wire::UNIT_EN_ROUTE);
    EXPECT_EQ(state_.incident(901)->stamps_size(), 3) << "ring, order, wheels";
    EXPECT_EQ(state_.position(4)->place().lat_e7(), 350'000'000 + 300 * 100);
    EXPECT_EQ(state_.vitals(4)->newest.vitals().hr_bpm(), 65);
    EXPECT_LE(state_.vitals(4)->trend.back().at_us, now_us_);
}

TEST_F(ReplayOfACase, MovesAllSeriesTogetherStepByStep) {
    restart(590);
    advance(604);
    EXPECT_EQ(state_.unit(4)->state(), ems::wire::UNIT_AT_PATIENT);
    EXPECT_EQ(state_.position(4)->place().lat_e7(), 350'000'000 + 600 * 100);
    EXPECT_EQ(state_.vitals(4)->newest.vitals().hr_bpm(), 70);
    advance(1'600);
    EXPECT_EQ(state_.unit(4)->state(), ems::wire::UNIT_HANDOVER);
}

TEST_F(ReplayOfACase, APlaceIsToldWithHowFarOffItMayHaveBeen) {
    restart(300);
    EXPECT_EQ(state_.position(4)->accuracy_m(), 120U);
    advance(601);
    EXPECT_EQ(state_.position(4)->accuracy_m(), 0U);
}

TEST_F(ReplayOfACase, ANoteStandsThereFromItsMomentOnAndIsListedOnce) {
    restart(390);
    EXPECT_EQ(state_.incident(901)->notes(), 0U);
    advance(410);
    EXPECT_EQ(state_.incident(901)->notes(), 1U);
    EXPECT_EQ(state_.incident(901)->newest_note().text(), "家属在村口");
    restart(1'000);
    EXPECT_EQ(state_.incident(901)->notes(), 2U);
    EXPECT_EQ(state_.incident(901)->newest_note().text(), "已上车");
    const auto told = std::count_if(past_->entries().begin(), past_->entries().end(), [](const ReplayEntry& e) {
        return e.kind == ReplayEntry::Kind::note || e.what == "add_note";
    });
    EXPECT_EQ(told, 2) << "the audit of a note says nothing more";
}

TEST_F(ReplayOfACase, WhoReadTheCallersNumberStandsThereWithTheReason) {
    api::Timeline timeline;
    api::AuditRow& row = *timeline.add_audit();
    row.set_at_us(kStartUs + 90 * kSecondUs);
    row.set_who("li");
    row.set_action("reveal_identity");
    row.set_detail("reason=find the place");
    past_->add_timeline(timeline);
    const auto told = std::find_if(past_->entries().begin(), past_->entries().end(),
                                   [](const ReplayEntry& e) { return e.what == "reveal_identity"; });
    ASSERT_NE(told, past_->entries().end());
    EXPECT_EQ(told->detail, "li: find the place");
}

TEST_F(ReplayOfACase, GoingBackTellsNothingOfWhatWasSeen) {
    restart(1'700);
    restart(30);
    EXPECT_EQ(state_.incident(901)->state(), "open");
    EXPECT_EQ(state_.unit(4)->incident_id(), 0);
    EXPECT_EQ(state_.position(4)->place().lat_e7(), 350'000'000 + 30 * 100);
}

TEST_F(ReplayOfACase, TheTraceShowsTheSampleOfTheVeryMoment) {
    ecg_.watch(4, 901);
    restart(640);
    ASSERT_FALSE(ecg_.empty());
    EXPECT_LE(newest_wave_us_, now_us_ + ReplayFeed::kWavesAheadUs);
    for (const int ms : {0, 33, 66, 500, 999}) {
        const std::int64_t moment_us = now_us_ + ms * 1'000;
        ecg_.show_moment(moment_us);
        const double sample = ecg_.position(0);
        EXPECT_NEAR(sample, 40 * 500 + ms * 0.5, 0.6) << "500 samples a second since 600 s";
    }
}

TEST_F(ReplayOfACase, SendsNothingWhateverItIsAskedTo) {
    restart(300);
    for (const auto fill : {+[](api::ClientFrame& f) { f.mutable_assign()->set_unit_id(4); },
                            +[](api::ClientFrame& f) { f.mutable_new_call()->set_level(1); },
                            +[](api::ClientFrame& f) { f.mutable_watch_video()->set_unit_id(4); }}) {
        api::ClientFrame frame;
        fill(frame);
        EXPECT_EQ(feed_->send(frame), 0U);
    }
    EXPECT_FALSE(feed_->server_leads());
}

} // namespace
} // namespace ems::console
