// Who an ems-vehicled under test talks to on board: the crew's terminal and a GNSS receiver.
#pragma once

#include <cstdint>
#include <string>

#include "vehicle/contract/crew.pb.h"

namespace ems::test {

// The crew's terminal: one request, its reply.
class Crew {
  public:
    // Waits until the socket takes it.
    explicit Crew(const std::string& path);
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    vehicle::CrewUpdate ask(vehicle::CrewRequest request);
    vehicle::CrewUpdate press(const std::string& event_id, wire::UnitState state);
    vehicle::Status status();

  private:
    vehicle::CrewUpdate receive();
    int fd_{-1};
    std::uint64_t request_{0};
};

// A receiver: each call of tick() or stand() sends one epoch, tick() a few metres further north.
class Receiver {
  public:
    Receiver();
    ~Receiver();
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    [[nodiscard]] std::string address() const { return "tcp:127.0.0.1:" + std::to_string(port_); }
    // The first one waits until the vehicle has connected.
    void tick();
    // The same, standing there; degrees x 1e7, north and east.
    void stand(std::int32_t lat_e7, std::int32_t lon_e7);

  private:
    void say(const std::string& place_and_speed);
    std::uint16_t port_;
    int listener_{-1};
    int fd_{-1};
    int epochs_{0};
};

} // namespace ems::test
