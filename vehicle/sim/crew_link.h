// The crew's end of the socket of ems-vehicled: says hello, asks for the status each second, offers
// presses until they are answered. Reconnects by itself; ems-vehicled may be absent at any time.
// Non-blocking, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

#include "vehicle/sim/ambulance.h"

namespace ems::sim {

class CrewLink {
  public:
    explicit CrewLink(std::string path) : path_(std::move(path)) {}
    ~CrewLink();
    CrewLink(const CrewLink&) = delete;
    CrewLink& operator=(const CrewLink&) = delete;

    [[nodiscard]] bool connected() const { return fd_ >= 0; }
    void add_to(std::vector<pollfd>& fds) const;
    // Reads answers into the ambulance and offers its pending press. now_s: real, monotonic.
    void serve(Ambulance& ambulance, double now_s);

  private:
    static constexpr std::size_t kFrameBytesMax = 64 * 1024;

    void connect();
    void drop(std::string_view why);
    bool read(Ambulance& ambulance, double now_s);
    void take_frame(std::string_view frame, Ambulance& ambulance, double now_s);
    void offer(const Ambulance& ambulance, double now_s);
    void flush();
    template <class Message> void append(const Message& message);

    std::string path_;
    int fd_{-1};
    std::string in_;
    std::string out_;
    double next_connect_s_{0};
    double next_status_s_{0};
    double next_offer_s_{0};
    double last_heard_s_{0};
    std::uint64_t request_{0};
    std::uint64_t offered_request_{0};
    std::string offered_event_;
};

} // namespace ems::sim
