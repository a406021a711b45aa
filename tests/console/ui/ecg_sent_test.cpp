// An ECG that a crew sent: shown, heard once, and opened on the frozen page out of the live buffer or
// out of the record.
#include "console/widgets/alarm_sounder.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_sent_view.h"
#include "console/widgets/ecg_sweep.h"
#include "tests/console/ui/desk_fixture.h"

#include <vector>

namespace ems::console {
namespace {

constexpr std::int64_t kUnit = 4;
constexpr std::int64_t kIncident = 10;

class Ear : public SoundOut {
  public:
    bool play(std::span<const std::int16_t> samples) override {
        played.emplace_back(samples.begin(), samples.end());
        return true;
    }
    void stop() override {}
    std::vector<std::vector<std::int16_t>> played;
};

class EcgSent : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(kIncident);
        window_->showView(View::physician);
        settle();
        line_ = window_->findChild<EcgSentView*>();
        ASSERT_NE(line_, nullptr);
    }
    void play(int tenths) {
        auto* sweep = window_->findChild<EcgSweep*>();
        for (int i = 0; i < tenths; ++i, sample_ += 50) {
            clock_.advance(std::chrono::milliseconds{100});
            feed_.wave(kUnit, sample_, 50, clock_.utc_us());
            settle();
            sweep->advance(desk_->monotonicS());
        }
    }
    void open() {
        QTest::keyClick(window_.get(), Qt::Key_E, Qt::ControlModifier);
        settle();
    }
    const api::Replay* askedFor(std::size_t from = 0) {
        for (std::size_t i = from; i < feed_.sent.size(); ++i) {
            if (feed_.sent[i].has_replay()) {
                asked_as_ = i + 1;
                return &feed_.sent[i].replay();
            }
        }
        return nullptr;
    }
    // The record's answer: batches of 1 s over the range that was asked for, without the last `less`.
    void answer(const api::Replay& asked, int less = 0) {
        api::ServerFrame frame;
        frame.set_reply_to(asked_as_);
        auto& page = *frame.mutable_replay_page();
        const auto seconds = static_cast<int>((asked.to_us() - asked.from_us()) / 1'000'000) - less;
        for (int i = 0; i < seconds; ++i) {
            FakeFeed source;
            source.wave(kUnit, static_cast<std::uint64_t>(i) * 500, 500, clock_.utc_us());
            const auto events = source.drain(1);
            auto* wave = page.add_waves();
            wave->set_t_us(asked.from_us() + i * 1'000'000);
            wave->set_received_us(wave->t_us() + 1'200'000);
            *wave->mutable_batch() = std::get<api::ServerFrame>(events.front()).live().waves(0).batch();
        }
        feed_.push(std::move(frame));
        settle();
    }
    EcgSentView* line_{nullptr};
    std::uint64_t asked_as_{0};

  private:
    std::uint64_t sample_{0};
};

TEST_F(EcgSent, StandsOverTheStripWithItsTimeAndAge) {
    EXPECT_EQ(line_->height(), 0);
    feed_.ecg_mark(kUnit, kIncident, "e-1", clock_.utc_us());
    settle();
    EXPECT_GT(line_->height(), 0);
    EXPECT_TRUE(line_->accessibleDescription().contains(ecg_sent_text(*line_->mark())));
    feed_.ecg_mark(kUnit, kIncident + 1, "e-2", clock_.utc_us());
    settle();
    EXPECT_EQ(line_->height(), 0) << "another patient's";
}

TEST_F(EcgSent, IsOpenedByAKeyOutOfTheLiveBuffer) {
    play(150);
    const std::int64_t to_us = clock_.utc_us();
    feed_.ecg_mark(kUnit, kIncident, "e-1", to_us);
    play(40);
    EXPECT_FALSE(line_->isOpened());
    open();
    ASSERT_TRUE(window_->isFrozen());
    EXPECT_NEAR(static_cast<double>(window_->ecgPage().record()->page_us), static_cast<double>(to_us - 10'000'000), 2e5);
    EXPECT_TRUE(line_->isOpened());
    EXPECT_EQ(askedFor(), nullptr) << "nothing is asked of the record";
}

TEST_F(EcgSent, IsFetchedFromTheRecordWhereTheBufferHoldsItNoMore) {
    const std::int64_t to_us = clock_.utc_us();
    feed_.ecg_mark(kUnit, kIncident, "e-1", to_us);
    clock_.advance(std::chrono::minutes{5});
    play(30);
    QTest::mouseClick(line_, Qt::LeftButton);
    settle();
    const auto* asked = askedFor();
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->unit_id(), kUnit);
    EXPECT_EQ(asked->stream(), ems::wire::STREAM_W);
    EXPECT_LE(asked->from_us(), to_us - 10'000'000);
    EXPECT_GE(asked->to_us(), to_us);
    answer(api::Replay{*asked});
    ASSERT_TRUE(window_->isFrozen());
    EXPECT_NEAR(static_cast<double>(window_->ecgPage().record()->page_us), static_cast<double>(to_us - 10'000'000), 1e5);
    EXPECT_TRUE(line_->isOpened());
}

TEST_F(EcgSent, WhatIsNotInTheRecordYetIsAskedForAgain) {
    feed_.ecg_mark(kUnit, kIncident, "e-1", clock_.utc_us());
    clock_.advance(std::chrono::minutes{5});
    play(30);
    open();
    const auto* asked = askedFor();
    ASSERT_NE(asked, nullptr);
    const std::size_t first = asked_as_;
    answer(api::Replay{*asked}, 4);
    EXPECT_FALSE(window_->isFrozen());
    ASSERT_TRUE(QTest::qWaitFor([&] { return askedFor(first) != nullptr; }, 5'000));
    answer(api::Replay{*askedFor(first)});
    EXPECT_TRUE(window_->isFrozen());
}

TEST_F(EcgSent, AnotherPatientIsNotShownWhatWasAskedForTheFirst) {
    feed_.ecg_mark(kUnit, kIncident, "e-1", clock_.utc_us());
    clock_.advance(std::chrono::minutes{5});
    play(30);
    open();
    const auto* asked = askedFor();
    ASSERT_NE(asked, nullptr);
    desk_->selectIncident(11);
    settle();
    answer(api::Replay{*asked});
    EXPECT_FALSE(window_->isFrozen());
}

TEST_F(EcgSent, IsHeardOnceByThePhysicianAloneAndSofterThanAnyAlarm) {
    Ear ear;
    AlarmSounder sounder{*desk_, ear};
    feed_.log_in("physician");
    feed_.ecg_mark(kUnit, kIncident, "e-1", clock_.utc_us());
    settle();
    ASSERT_EQ(ear.played.size(), 1U);
    EXPECT_EQ(ear.played[0], synthesise(information_sound()));
    EXPECT_LT(information_sound().level, sound_of(Grade::low).level);
    EXPECT_LT(information_sound().pulses, sound_of(Grade::low).pulses);
    feed_.log_in("dispatcher");
    feed_.ecg_mark(kUnit, kIncident, "e-2", clock_.utc_us());
    settle();
    EXPECT_EQ(ear.played.size(), 1U);
}

TEST_F(EcgSent, APatientsAlarmIsHeardByThePhysicianAloneAndIsLouder) {
    Ear ear;
    AlarmSounder sounder{*desk_, ear};
    feed_.log_in("dispatcher");
    feed_.alarm(kUnit, "vf", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    EXPECT_TRUE(ear.played.empty());
    feed_.log_in("physician");
    settle();
    ASSERT_EQ(ear.played.size(), 1U);
    EXPECT_EQ(ear.played[0], synthesise(sound_of(Grade::high)));
    feed_.ecg_mark(kUnit, kIncident, "e-1", clock_.utc_us());
    settle();
    EXPECT_EQ(ear.played.size(), 1U) << "no information over an alarm";
}

TEST_F(EcgSent, IsSeenInBothThemes) {
    play(150);
    feed_.vitals(kUnit, clock_.utc_us());
    feed_.ecg_mark(kUnit, kIncident, "e-1", clock_.utc_us());
    play(20);
    const QString folder = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
    EXPECT_TRUE(window_->grab().save(folder + QStringLiteral("ecg-sent-night.png")));
    theme_.setMode(ThemeMode::day);
    settle();
    EXPECT_TRUE(window_->grab().save(folder + QStringLiteral("ecg-sent-day.png")));
    open();
    EXPECT_TRUE(window_->grab().save(folder + QStringLiteral("ecg-sent-page.png")));
    theme_.setMode(ThemeMode::night);
}

} // namespace
} // namespace ems::console
