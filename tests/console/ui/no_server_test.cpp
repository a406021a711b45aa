// A desk without a server goes on showing where vehicles are, from the vehicles themselves, and can order nothing.
#include <algorithm>
#include <utility>

#include "console/model/broker_source.h"
#include "console/widgets/crew_numbers.h"
#include "console/widgets/map_view.h"
#include "console/widgets/parts_view.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/unit_board.h"
#include "console/widgets/words.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/picture_file.h"

#include <QTemporaryDir>

namespace ems::console {
namespace {

using namespace std::chrono_literals;

class FakeBroker final : public BrokerSource {
  public:
    void open() override { is_open = true; }
    void close() override { is_open = false; }
    BrokerNews take() override { return std::exchange(news, BrokerNews{news.link_up, {}}); }
    bool is_open{false};
    BrokerNews news{true, {}};
};

class NoServer : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        desk_->setBroker(&broker_);
    }
    void TearDown() override {
        window_.reset();
        desk_.reset(); // before the broker that it listens to
    }
    void pass(std::chrono::seconds time) {
        clock_.advance(time);
        desk_->ticked();
        settle();
    }
    void loseServer() {
        feed_.link(LinkChange::State::down);
        settle();
        pass(3s);
    }
    void hear(const std::string& vid, double lat, double lon) {
        HeardVehicle heard;
        heard.vid = vid;
        heard.position.emplace();
        heard.position->mutable_place()->set_lat_e7(static_cast<std::int32_t>(lat * 1e7));
        heard.position->mutable_place()->set_lon_e7(static_cast<std::int32_t>(lon * 1e7));
        heard.position->set_received_us(clock_.utc_us());
        broker_.news.vehicles.push_back(heard);
    }
    // The centre tells how the crew of the first unit is called.
    void tellFirstUnit(const std::string& radio_call) {
        api::Unit& unit = *feed_.world.mutable_units(0);
        unit.set_vid("amb-07");
        unit.set_phone("0359-2010101");
        unit.set_radio_call(radio_call);
        api::ServerFrame frame;
        *frame.mutable_snapshot() = feed_.world;
        feed_.push(std::move(frame));
        settle();
    }
    const api::Unit& firstUnit() { return *desk_->state().unit(feed_.world.units(0).id()); }

    FakeBroker broker_;
};

TEST_F(NoServer, VehiclesAreListenedToOnlyAfterTheServerIsLostForThreeSeconds) {
    connectAll();
    pass(60s);
    EXPECT_FALSE(broker_.is_open);
    feed_.link(LinkChange::State::down);
    settle();
    pass(2s);
    EXPECT_FALSE(broker_.is_open) << "the second server may be taking over";
    pass(1s);
    EXPECT_TRUE(broker_.is_open);
}

TEST_F(NoServer, APositionHeardIsOfNowWithItsAgeAndTheOthersStayLastKnown) {
    connectAll();
    loseServer();
    hear(firstUnit().vid(), 35.1, 110.9);
    pass(1s);
    pass(2s);
    const std::int64_t id = firstUnit().id();
    EXPECT_EQ(desk_->state().position(id)->place().lat_e7(), 351'000'000);
    EXPECT_EQ(*desk_->state().position_age_ms(id, desk_->localUs()), 3'000);
    EXPECT_TRUE(desk_->isStale());
    EXPECT_FALSE(desk_->isStale(firstUnit()));
    EXPECT_TRUE(desk_->isStale(*desk_->state().unit(feed_.world.units(1).id())));
}

TEST_F(NoServer, AVehicleThatTheServerDoesNotKnowIsNoUnit) {
    connectAll();
    loseServer();
    const std::size_t units = desk_->state().units().size();
    hear("amb-stranger", 35.1, 110.9);
    pass(1s);
    EXPECT_EQ(desk_->state().units().size(), units);
}

TEST_F(NoServer, NothingCanBeOrdered) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    ASSERT_TRUE(window_->canDispatch());
    loseServer();
    hear(firstUnit().vid(), 35.1, 110.9);
    pass(1s);
    feed_.sent.clear();
    EXPECT_FALSE(window_->canDispatch());
    QTest::keyClick(window_.get(), Qt::Key_F4);
    api::ClientFrame frame;
    frame.mutable_cancel_assignment()->set_assignment_id(1);
    EXPECT_TRUE(desk_->order(frame, QStringLiteral("x"))) << "refused, and why";
    EXPECT_TRUE(feed_.sent.empty());
}

TEST_F(NoServer, TheNextSnapshotEndsIt) {
    connectAll();
    loseServer();
    hear(firstUnit().vid(), 35.1, 110.9);
    pass(1s);
    ASSERT_EQ(desk_->state().direct(), Direct::heard);
    feed_.link(LinkChange::State::up);
    settle();
    EXPECT_TRUE(broker_.is_open) << "until the server has told everything";
    feed_.snapshot(clock_.utc_us());
    settle();
    EXPECT_FALSE(broker_.is_open);
    EXPECT_EQ(desk_->state().direct(), Direct::off);
    EXPECT_FALSE(desk_->isStale());
}

TEST_F(NoServer, ADeskStartedWithoutAServerShowsVehiclesByTheirIdentifiers) {
    pass(2s);
    EXPECT_FALSE(broker_.is_open);
    pass(1s);
    ASSERT_TRUE(broker_.is_open);
    hear("amb-07", 35.1, 110.9);
    hear("amb-08", 35.2, 110.8);
    pass(1s);
    ASSERT_EQ(desk_->state().units().size(), 2U);
    EXPECT_EQ(desk_->state().units().begin()->second.name(), desk_->state().units().begin()->second.vid());
    EXPECT_TRUE(desk_->isStale());
    EXPECT_FALSE(desk_->takesOrders());
    connectAll();
    EXPECT_EQ(desk_->state().units().size(), static_cast<std::size_t>(feed_.world.units_size()));
    EXPECT_EQ(desk_->state().position(-1), nullptr);
}

TEST_F(NoServer, TheBoardSaysHowToCallACrewOnlyWithoutAServer) {
    connectAll();
    tellFirstUnit("201");
    auto* board = window_->findChild<UnitBoard*>();
    const auto said = [&] {
        QStringList all;
        for (int i = 0; i < board->spokenCount(); ++i) {
            all << board->spokenPart(i).text;
        }
        return all.join(QChar{'\n'});
    };
    EXPECT_FALSE(said().contains(QStringLiteral("0359-2010101")));
    loseServer();
    EXPECT_TRUE(said().contains(QStringLiteral("0359-2010101"))) << said().toStdString();
    EXPECT_TRUE(said().contains(Words::crewCall(firstUnit()))) << said().toStdString();
    save_picture(board->grab().toImage(), QStringLiteral("unit-board-no-server.png"));
}

TEST_F(NoServer, TheListToDispatchByVoiceHasALineWithTheCrewsNumbers) {
    connectAll();
    tellFirstUnit("201");
    loseServer();
    auto* list = window_->findChild<FallbackView*>();
    int with_numbers = 0;
    for (int i = 0; i < list->spokenCount(); ++i) {
        const SpokenPart part = list->spokenPart(i);
        const bool has = part.text.contains(Words::crewCall(firstUnit()));
        with_numbers += has ? 1 : 0;
        EXPECT_EQ(part.box.height() > 40, has) << part.text.toStdString();
    }
    EXPECT_EQ(with_numbers, 1);
    save_picture(list->grab().toImage(), QStringLiteral("fallback-no-server.png"));
}

TEST_F(NoServer, WhatToDoInsteadHasRoomForMoreLinesWhereTheListIsNarrow) {
    connectAll();
    loseServer();
    FallbackView list{*desk_};
    const auto units_from = [&](int width) {
        list.resize(width, 600);
        return list.spokenPart(0).box.top();
    };
    EXPECT_GT(units_from(480), units_from(1'200));
    list.resize(480, 600);
    save_picture(list.grab().toImage(), QStringLiteral("fallback-narrow.png"));
}

TEST_F(NoServer, ADeskStartedWithoutAServerKnowsTheCrewsOfTheRunBefore) {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("crews"));
    {
        const CrewNumbers numbers{*desk_, path};
        connectAll();
        tellFirstUnit("201");
        pass(1s);
    }
    FakeFeed again;
    Desk late{again, clock_, theme_};
    late.setBroker(&broker_);
    const CrewNumbers numbers{late, path};
    late.start();
    for (int i = 0; i < 5; ++i) {
        clock_.advance(1s);
        late.ticked();
        settle();
    }
    const auto& units = late.state().units();
    ASSERT_EQ(units.size(), static_cast<std::size_t>(feed_.world.units_size()));
    const auto kept = std::find_if(units.begin(), units.end(), [](const auto& one) { return one.second.vid() == "amb-07"; });
    ASSERT_NE(kept, units.end());
    EXPECT_EQ(kept->second.name(), feed_.world.units(0).name());
    EXPECT_EQ(kept->second.phone(), "0359-2010101");
}

TEST_F(NoServer, MapAndPageSayWhatTheDeskGoesBy) {
    connectAll();
    const auto banner = [&] { return window_->mapView().grab().toImage().pixelColor(15, 81); };
    EXPECT_NE(banner(), theme_.color(Token::st_bg));
    loseServer();
    pass(1s);
    EXPECT_EQ(banner(), theme_.color(Token::st_bg));
    const auto* page = window_->findChild<PartsView*>();
    EXPECT_EQ(page->parts().row(Part::broker).state, PartState::works);
    broker_.news.link_up = false;
    pass(1s);
    EXPECT_EQ(page->parts().row(Part::broker).state, PartState::lost);
    EXPECT_NE(Words::direct(Direct::silent), Words::direct(Direct::heard));
}

TEST_F(NoServer, AVehicleThatConnectsTellsItsStateAndOneThatGoesIsMarked) {
    connectAll();
    loseServer();
    HeardVehicle born;
    born.vid = firstUnit().vid();
    born.state = ems::wire::UNIT_AT_SCENE;
    broker_.news.vehicles.push_back(born);
    pass(1s);
    EXPECT_EQ(firstUnit().state(), ems::wire::UNIT_AT_SCENE);
    born.state.reset();
    born.gone = true;
    broker_.news.vehicles.push_back(born);
    pass(1s);
    EXPECT_EQ(firstUnit().link(), "lost");
}

} // namespace
} // namespace ems::console
