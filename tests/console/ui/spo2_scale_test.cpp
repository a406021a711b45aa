// NEWS2 on the other SpO₂ scale, by a physician's key.
#include "console/widgets/news2_view.h"
#include "console/widgets/panel.h"
#include "tests/console/ui/desk_fixture.h"

#include <QMessageBox>
#include <QPushButton>

namespace ems::console {
namespace {

class Spo2ScaleKey : public DeskTest {
  protected:
    void sit(const std::string& role, std::int64_t incident = 10) {
        connectAll(role);
        desk_->selectIncident(incident);
        window_->showView(View::physician);
        settle();
        before_ = feed_.sent.size();
    }
    QMessageBox* press() {
        QTest::keyClick(window_.get(), Qt::Key_K, Qt::ControlModifier);
        settle();
        return window_->findChild<QMessageBox*>(QStringLiteral("spo2ScaleBox"));
    }
    std::vector<api::SetSpo2Scale> sent() const {
        std::vector<api::SetSpo2Scale> out;
        for (std::size_t i = before_; i < feed_.sent.size(); ++i) {
            if (feed_.sent[i].has_set_spo2_scale()) {
                out.push_back(feed_.sent[i].set_spo2_scale());
            }
        }
        return out;
    }
    // As the centre tells it to every desk.
    void told(std::uint32_t scale, std::uint64_t version) {
        api::ServerFrame frame;
        auto* delta = frame.mutable_delta();
        delta->set_seq(++feed_.seq);
        delta->set_server_us(clock_.utc_us());
        auto* incident = feed_.world.mutable_incidents(0);
        incident->mutable_spo2_scale()->set_scale(scale);
        incident->mutable_spo2_scale()->set_version(version);
        incident->mutable_spo2_scale()->set_who("赵敏");
        incident->mutable_spo2_scale()->set_at_us(clock_.utc_us());
        *delta->add_incidents() = *incident;
        feed_.push(std::move(frame));
        settle();
    }
    QString button() const { return window_->findChild<QAbstractButton*>(QStringLiteral("spo2Scale"))->text(); }
    QString note() const {
        for (const auto* title : window_->findChildren<PanelTitle*>()) {
            if (title->accessibleName() == QStringLiteral("NEWS2")) {
                return title->note();
            }
        }
        return {};
    }
    std::size_t before_{0};
};

TEST_F(Spo2ScaleKey, AsksOnceAndSendsWhatWasConfirmedUnderTheVersionSeen) {
    sit("physician");
    told(1, 4);
    auto* box = press();
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->text().contains(QStringLiteral("0033"))) << box->text().toStdString();
    EXPECT_TRUE(sent().empty()) << "before it is confirmed";
    desk_->selectIncident(11);
    box->findChild<QPushButton*>(QStringLiteral("switchScale"))->click();
    settle();
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_EQ(sent()[0].incident_id(), 10);
    EXPECT_EQ(sent()[0].scale(), 2U);
    EXPECT_EQ(sent()[0].version(), 4U);
}

TEST_F(Spo2ScaleKey, EnterOutOfHabitChangesNothing) {
    sit("physician");
    auto* box = press();
    ASSERT_NE(box, nullptr);
    QTest::keyClick(box, Qt::Key_Return);
    settle();
    EXPECT_TRUE(sent().empty());
}

TEST_F(Spo2ScaleKey, ADispatcherIsToldThatAPhysicianSwitchesIt) {
    sit("dispatcher");
    EXPECT_EQ(press(), nullptr);
    EXPECT_TRUE(note().contains(QStringLiteral("Only a physician"))) << note().toStdString();
    EXPECT_TRUE(sent().empty());
}

TEST_F(Spo2ScaleKey, WithoutAUnitNobodyHasSeenThePatient) {
    sit("physician", 11);
    EXPECT_EQ(press(), nullptr);
    EXPECT_TRUE(note().contains(QStringLiteral("No unit"))) << note().toStdString();
}

TEST_F(Spo2ScaleKey, AnotherDesksSwitchIsSaidWithItsWriterAndTakenBackByTheSameKey) {
    sit("physician");
    EXPECT_EQ(button(), QStringLiteral("SpO₂ scale 1"));
    told(2, 1);
    EXPECT_EQ(button(), QStringLiteral("SpO₂ scale 2"));
    EXPECT_TRUE(note().contains(QStringLiteral("赵敏"))) << note().toStdString();
    auto* box = press();
    ASSERT_NE(box, nullptr);
    box->findChild<QPushButton*>(QStringLiteral("switchScale"))->click();
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_EQ(sent()[0].scale(), 1U);
}

TEST(Spo2Scale, TheScoreFollowsIt) {
    application();
    api::Incident incident;
    EXPECT_EQ(spo2_scale_of(nullptr), signal::Spo2Scale::one);
    EXPECT_EQ(spo2_scale_of(&incident), signal::Spo2Scale::one);
    incident.mutable_spo2_scale()->set_scale(2);
    ASSERT_EQ(spo2_scale_of(&incident), signal::Spo2Scale::two);
    VitalsTrack track;
    track.received = 1;
    track.known.take(signal::VitalKind::spo2, 88, 1'000'000, 1'000'000);
    const News2Reading first = read_news2(&track, 58, 2'000'000);
    const News2Reading second = read_news2(&track, 58, 2'000'000, nullptr, spo2_scale_of(&incident));
    EXPECT_EQ(first.news2.score.points(), 3);
    EXPECT_EQ(second.news2.score.points(), 0);
}

} // namespace
} // namespace ems::console
