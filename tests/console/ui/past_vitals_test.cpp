// The trends of a case that is opened late: filled out of the centre's record, or a word why not.
#include "console/widgets/patient_views.h"
#include "telemetry/base/error.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/text_probe.h"

#include <algorithm>

namespace ems::console {
namespace {

constexpr std::int64_t kUnit = 4;
constexpr std::int64_t kS = 1'000'000;

class PastVitalsTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(10);
        window_->showView(View::physician);
        settle();
        trends_ = window_->findChild<TrendsView*>();
        ASSERT_NE(trends_, nullptr);
    }
    // Of the questions sent so far.
    std::size_t questions() const {
        return static_cast<std::size_t>(std::count_if(feed_.sent.begin(), feed_.sent.end(),
                                                      [](const api::ClientFrame& f) { return f.has_get_history(); }));
    }
    std::uint64_t lastQuestion() const {
        for (std::size_t i = feed_.sent.size(); i > 0; --i) {
            if (feed_.sent[i - 1].has_get_history()) {
                return i;
            }
        }
        return 0;
    }
    const api::GetHistory& asked() const { return feed_.sent.at(lastQuestion() - 1).get_history(); }
    void answer(int seconds) {
        api::ServerFrame frame;
        frame.set_reply_to(lastQuestion());
        frame.mutable_history()->set_unit_id(kUnit);
        for (int i = seconds; i > 0; --i) {
            auto* v = frame.mutable_history()->add_vitals();
            v->set_unit_id(kUnit);
            v->set_device_us(clock_.utc_us() - i * kS);
            v->set_received_us(v->device_us() + 200'000);
            v->mutable_vitals()->set_hr_bpm(100);
            v->mutable_vitals()->set_spo2_pct(95);
        }
        feed_.push(std::move(frame));
        settle();
    }
    void refuse(Code code) {
        api::ServerFrame frame;
        frame.set_reply_to(lastQuestion());
        frame.mutable_error()->set_code(static_cast<std::uint32_t>(code));
        frame.mutable_error()->set_text_en("Database is not reachable");
        frame.mutable_error()->set_text_zh("数据库不可达");
        feed_.push(std::move(frame));
        settle();
    }
    void pass(std::chrono::seconds time) {
        clock_.advance(time);
        desk_->ticked();
        settle();
    }
    std::size_t points() const {
        const VitalsTrack* track = desk_->state().vitals(kUnit);
        return track == nullptr ? 0 : track->trend.size();
    }
    TrendsView* trends_{nullptr};
};

TEST_F(PastVitalsTest, ACaseOpenedLateIsFilledFromTheOrderOn) {
    ASSERT_EQ(questions(), 1U);
    EXPECT_EQ(asked().unit_id(), kUnit);
    EXPECT_EQ(asked().from_us(), clock_.utc_us() - 1'460 * kS) << "its unit's order, or the patient before is shown";
    EXPECT_EQ(asked().to_us(), clock_.utc_us());
    EXPECT_FALSE(trends_->pastNote().isEmpty());
    const QImage before = trends_->grab().toImage();
    answer(600);
    EXPECT_EQ(points(), 600U);
    EXPECT_TRUE(trends_->pastNote().isEmpty());
    EXPECT_NE(trends_->grab().toImage(), before);
}

TEST_F(PastVitalsTest, ANameThatHasNoRoomBesideItsTrendIsTheShortOne) {
    answer(60);
    const QStringList texts = painted_texts(*trends_);
    for (const char* name : {"HR", "Resp", "NIBP"}) {
        EXPECT_TRUE(texts.contains(QString::fromLatin1(name))) << name << " of " << texts.join(QLatin1Char('|')).toStdString();
    }
}

TEST_F(PastVitalsTest, ARefusalIsSaidOnTheTrendAndNotAskedAgainBeforeTheNextServer) {
    refuse(Code::forbidden);
    EXPECT_TRUE(trends_->pastNote().contains(QStringLiteral("Database is not reachable")) ||
                trends_->pastNote().contains(QStringLiteral("数据库不可达")));
    pass(std::chrono::seconds{120});
    EXPECT_EQ(questions(), 1U);
    feed_.link(LinkChange::State::down, 1);
    settle();
    feed_.link(LinkChange::State::up);
    feed_.log_in();
    feed_.snapshot(clock_.utc_us());
    settle();
    EXPECT_EQ(questions(), 2U);
}

TEST_F(PastVitalsTest, AnArchiveThatIsAwayIsSaidAndAskedAgainSoon) {
    refuse(Code::db_down);
    EXPECT_FALSE(trends_->pastNote().isEmpty());
    pass(std::chrono::seconds{14});
    EXPECT_EQ(questions(), 1U);
    pass(std::chrono::seconds{1});
    EXPECT_EQ(questions(), 2U);
    answer(60);
    EXPECT_TRUE(trends_->pastNote().isEmpty());
}

TEST_F(PastVitalsTest, AnEmptyRecordIsSaid) {
    answer(0);
    EXPECT_FALSE(trends_->pastNote().isEmpty());
}

TEST_F(PastVitalsTest, WhileSomethingIsMissingItIsAskedEachMinuteAndAWholeTrendAsksNothing) {
    answer(60); // nothing of before: a gap
    pass(std::chrono::seconds{15});
    EXPECT_EQ(questions(), 2U);
    answer(75);
    pass(std::chrono::seconds{59});
    EXPECT_EQ(questions(), 2U);
    pass(std::chrono::seconds{1});
    EXPECT_EQ(questions(), 3U);
    answer(1'534);
    pass(std::chrono::seconds{60});
    EXPECT_EQ(questions(), 4U) << "the last minute is missing";
    answer(61);
    for (int i = 0; i < 70; ++i) {
        clock_.advance(std::chrono::seconds{1});
        feed_.vitals(kUnit, clock_.utc_us());
        settle();
        desk_->ticked();
    }
    EXPECT_EQ(questions(), 4U);
}

TEST_F(PastVitalsTest, AnAnswerOfTheCaseBeforeIsNotTaken) {
    const std::uint64_t old = lastQuestion();
    desk_->selectIncident(11);
    settle();
    api::ServerFrame frame;
    frame.set_reply_to(old);
    frame.mutable_history()->set_unit_id(kUnit);
    auto* v = frame.mutable_history()->add_vitals();
    v->set_unit_id(kUnit);
    v->set_device_us(clock_.utc_us());
    v->set_received_us(clock_.utc_us());
    v->mutable_vitals()->set_hr_bpm(100);
    feed_.push(std::move(frame));
    settle();
    EXPECT_EQ(points(), 0U);
    EXPECT_TRUE(trends_->pastNote().isEmpty());
}

TEST_F(PastVitalsTest, NobodyWhoDoesNotLookAsks) {
    window_->showView(View::dispatcher);
    settle();
    const std::size_t before = questions();
    pass(std::chrono::seconds{120});
    EXPECT_EQ(questions(), before);
}

} // namespace
} // namespace ems::console
