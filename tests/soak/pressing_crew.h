// A crew's terminal whose vehicle may be killed at any time: one button after another, each with an
// id of its own that is offered until the vehicle says that it is stored. Nothing here asserts on
// what the vehicle does. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vehicle/contract/crew.pb.h"

namespace ems::soak {

class PressingCrew {
  public:
    // `name` makes the ids: no two crews of a run share one.
    PressingCrew(std::string socket_path, std::string name);
    ~PressingCrew();
    PressingCrew(const PressingCrew&) = delete;
    PressingCrew& operator=(const PressingCrew&) = delete;

    // Offers the present press once; waits at most a second for the answer. True: stored, the next
    // call is a new press.
    bool press();
    // Ids of presses that were answered "stored".
    [[nodiscard]] const std::vector<std::string>& stored() const { return stored_; }
    // None: the vehicle does not answer now.
    std::optional<vehicle::Status> status();

  private:
    std::optional<vehicle::CrewUpdate> ask(vehicle::CrewRequest request);
    bool connected();
    std::optional<vehicle::CrewUpdate> receive();
    void hang_up();

    const std::string path_;
    const std::string name_;
    int fd_{-1};
    std::uint64_t request_{0};
    std::uint64_t presses_{0};
    std::vector<std::string> stored_;
};

} // namespace ems::soak
