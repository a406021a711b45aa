// The relay of ems-mediad with one vehicle's line, on a thread of its own, without broker and database.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/base/assert.h"
#include "telemetry/media/udp_relay.h"
#include "telemetry/media/voice_hub.h"
#include "telemetry/video/voice_endpoint.h"
#include "tests/support/free_port.h"
#include "tests/support/run_on.h"

namespace ems::test {

class RunningLine {
  public:
    // `on_speech`: on the line's thread, of whoever is heard.
    explicit RunningLine(media::VoiceHub::OnSpeech on_speech = {})
        : voice_(media::VoiceHubLimits{}, std::move(on_speech)) {
        EMS_ASSERT(relay_.bind("127.0.0.1", port_));
        relay_.attach(voice_);
        relay_.start();
        arm();
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~RunningLine() {
        io_.stop();
        thread_.join();
    }
    template <class Work> void on_thread(Work work) { test::run_on(io_, std::move(work)); }
    // A party that may take part, and its ticket by way of `port`.
    video::VoiceTicket ticket(video::FloorRank rank, std::uint16_t port, std::uint32_t generation) {
        media::VoiceParty party;
        party.id = std::to_string(++parties_);
        party.vid = "amb-zx01";
        party.rank = rank;
        party.name = rank == video::FloorRank::crew ? "" : "Dr Li";
        party.up_ssrc = video::random_ssrc();
        party.down_ssrc = video::random_ssrc();
        party.generation = generation;
        party.up_key = video::MediaKey::random();
        party.down_key = video::MediaKey::random();
        party.expires_us = INT64_MAX;
        on_thread([&] { EMS_ASSERT(voice_.open(party)); });
        return {party.id,       "127.0.0.1", port, party.up_ssrc, party.down_ssrc,
                party.up_key.reveal(), party.down_key.reveal(), 0};
    }
    // One whose keys somebody else has made.
    void admit(const media::VoiceParty& party) {
        on_thread([&] { EMS_ASSERT(voice_.open(party)); });
    }
    video::VoiceTicket crew() { return ticket(video::FloorRank::crew, port_, 0); }
    video::VoiceTicket physician() { return ticket(video::FloorRank::physician, port_, 1); }
    void close(const std::string& id) {
        on_thread([&] { voice_.close(id); });
    }
    media::VoiceCounters counters() {
        media::VoiceCounters out;
        on_thread([&] { out = voice_.counters(); });
        return out;
    }
    [[nodiscard]] media::Hub& hub() { return hub_; } // on_thread() only
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    void arm() {
        timer_.expires_after(std::chrono::milliseconds{50});
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                relay_.tick();
                arm();
            }
        });
    }
    const std::uint16_t port_{test::free_port()};
    boost::asio::io_context io_;
    media::Hub hub_{media::HubLimits{}, {}};
    media::VoiceHub voice_;
    media::UdpRelay relay_{io_.get_executor(), hub_};
    boost::asio::steady_timer timer_{io_};
    int parties_{0};
    std::thread thread_;
};

} // namespace ems::test
