// The one UDP socket of ems-mediad: Asio says when it is readable, recvmmsg and sendmmsg move the
// packets (half the cost of a call per packet, measured), the hub decides. All on the executor's
// single thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/voice_hub.h"

namespace ems::media {

class UdpRelay {
  public:
    // `hub` outlives this object.
    UdpRelay(boost::asio::any_io_executor executor, Hub& hub);
    ~UdpRelay();
    UdpRelay(const UdpRelay&) = delete;
    UdpRelay& operator=(const UdpRelay&) = delete;

    // The intercom's packets go there from now on, before those of cameras in every batch. Outlives
    // this object; before start().
    void attach(VoiceHub& voice) { voice_ = &voice; }

    // Errors: invalid_argument (address), busy (the port is taken), io.
    Result<void> bind(const std::string& address, std::uint16_t port);
    // Begins to receive.
    void start();
    // Lets the hub do what time asks for, and sends it.
    void tick();
    void stop();
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }

  private:
    void wait();
    void receive();
    void receive_voice(std::size_t count, Ticks now);
    void flush_voice();
    void flush();

    struct Batch;
    boost::asio::posix::stream_descriptor socket_;
    Hub& hub_;
    Outbox outbox_;
    VoiceHub* voice_{nullptr};
    Outbox voice_outbox_;
    std::unique_ptr<Batch> batch_;
};

} // namespace ems::media
