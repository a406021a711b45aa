// Who has a case open to change is known at every desk, for as long as he has.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class EditingTest : public DispatchdTest {
  protected:
    std::unique_ptr<client::Client> desk_at(const std::string& user, const std::string& seat) const {
        client::ClientConfig config;
        config.servers = {"127.0.0.1:" + std::to_string(port_)};
        config.ca_file = broker_->ca();
        config.certificate_file = broker_->certificate("desk-1");
        config.key_file = broker_->key("desk-1");
        config.seat = seat;
        auto out = std::make_unique<client::Client>(config, [] {});
        out->log_in(user, Secret<std::string>{"correct horse"});
        return out;
    }
    // What this desk knows: the last list that it was told.
    void hear(client::Client& desk) {
        for (const client::Event& event : desk.drain()) {
            take(event);
            const auto* state = std::get_if<client::StateArrived>(&event);
            const auto* snapshot = state == nullptr ? nullptr : std::get_if<api::Snapshot>(&state->state);
            const auto* delta = state == nullptr ? nullptr : std::get_if<api::Delta>(&state->state);
            if (snapshot != nullptr) {
                told_ = snapshot->editors();
                ++snapshots_;
            } else if (delta != nullptr && delta->has_editors()) {
                told_ = delta->editors();
            }
        }
    }
    bool hears(client::Client& desk, const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                hear(desk);
                return condition();
            },
            20s);
    }
    static api::ClientFrame editing(std::int64_t incident) {
        api::ClientFrame frame;
        frame.mutable_tell_editing()->set_incident_id(incident);
        return frame;
    }
    // "dispatcher desk-a 7" of each, in order.
    std::string told() const {
        std::string out;
        for (const api::Editor& editor : told_.editors()) {
            out.append(out.empty() ? "" : ", ").append(editor.user()).append(" ").append(editor.seat());
            out.append(" ").append(std::to_string(editor.incident_id()));
        }
        return out;
    }
    api::Editors told_;
    int snapshots_{0};
};

TEST_F(EditingTest, WhoHasACaseOpenIsToldToTheOtherDeskUntilHeLeavesItOrIsGone) {
    auto li = desk_at("dispatcher", "desk-a");
    const std::int64_t first = open_call(*li, "editing-1");
    const std::int64_t second = open_call(*li, "editing-2");
    auto yan = desk_at("physician", "desk-b");
    ASSERT_TRUE(hears(*yan, [&] { return snapshots_ > 0; }));
    EXPECT_EQ(told(), "");
    ASSERT_TRUE(ask(*li, editing(first)));
    ASSERT_TRUE(hears(*yan, [&] { return told() == "dispatcher desk-a " + std::to_string(first); })) << told();
    EXPECT_EQ(told_.editors(0).display_name(), "dispatcher");
    EXPECT_GT(told_.editors(0).since_us(), 0);
    ASSERT_TRUE(ask(*li, editing(second)));
    ASSERT_TRUE(hears(*yan, [&] { return told() == "dispatcher desk-a " + std::to_string(second); })) << told();
    ASSERT_TRUE(ask(*li, editing(0)));
    ASSERT_TRUE(hears(*yan, [&] { return told_.editors().empty(); })) << told();
    ASSERT_TRUE(ask(*li, editing(first)));
    ASSERT_TRUE(hears(*yan, [&] { return !told_.editors().empty(); }));
    li.reset();
    ASSERT_TRUE(hears(*yan, [&] { return told_.editors().empty(); })) << told();
}

TEST_F(EditingTest, ADeskThatComesLaterIsToldAllTheLongestAtItFirst) {
    auto li = desk_at("dispatcher", "desk-a");
    const std::int64_t incident = open_call(*li, "editing-3");
    auto again = desk_at("dispatcher", "desk-c");
    ASSERT_TRUE(ask(*again, editing(incident)));
    ASSERT_TRUE(ask(*li, editing(incident)));
    auto yan = desk_at("physician", "desk-b");
    ASSERT_TRUE(hears(*yan, [&] { return snapshots_ > 0; }));
    const std::string id = std::to_string(incident);
    EXPECT_EQ(told(), "dispatcher desk-c " + id + ", dispatcher desk-a " + id);
}

TEST_F(EditingTest, ASessionThatIsResumedTellsItsSeat) {
    auto li = desk_at("dispatcher", "desk-a");
    const std::int64_t incident = open_call(*li, "editing-4");
    const std::string sessions = postgres_->value("select count(*) from dispatch.session where seat = 'desk-a'");
    kill_server();
    start();
    ASSERT_TRUE(hears(*li, [&] { return snapshots_ > 0; }));
    snapshots_ = 0;
    auto yan = desk_at("physician", "desk-b");
    ASSERT_TRUE(hears(*yan, [&] { return snapshots_ > 0; }));
    ASSERT_TRUE(ask(*li, editing(incident)));
    ASSERT_TRUE(hears(*yan, [&] { return told() == "dispatcher desk-a " + std::to_string(incident); })) << told();
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.session where seat = 'desk-a'"), sessions)
        << "resumed, not logged in again";
}

TEST_F(EditingTest, WhatNobodyCouldChangeIsRefused) {
    auto li = desk_at("dispatcher", "desk-a");
    const std::int64_t incident = open_call(*li, "editing-5");
    for (const std::int64_t unknown : {std::int64_t{9'000'000'000}, std::int64_t{-1}}) {
        const auto refused = ask(*li, editing(unknown));
        ASSERT_FALSE(refused) << unknown;
        EXPECT_EQ(refused.error().code, Code::no_such_incident) << unknown;
    }
    for (const char* role : {"hospital_viewer", "auditor"}) {
        auto other = desk_at(role, "desk-d");
        const auto refused = ask(*other, editing(incident));
        ASSERT_FALSE(refused) << role;
        EXPECT_EQ(refused.error().code, Code::forbidden) << role;
    }
    ASSERT_TRUE(sees(*li, [&] { return mirror_.find_incident("#" + std::to_string(incident)) != nullptr; }));
    api::ClientFrame close;
    close.mutable_close_incident()->set_incident_id(incident);
    close.mutable_close_incident()->set_outcome("nobody there");
    close.mutable_close_incident()->set_version(mirror_.find_incident("#" + std::to_string(incident))->version());
    close.set_idempotency_key("editing-close");
    ASSERT_TRUE(ask(*li, close));
    const auto refused = ask(*li, editing(incident));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::incident_closed);
}

} // namespace
} // namespace ems::dispatch
