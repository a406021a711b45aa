// The crew socket as ems-vehicled serves it, played by a test on the test's own thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vehicle/contract/crew.pb.h"

namespace ems::sim::test {

class ScriptedVehicle {
  public:
    ScriptedVehicle(std::string path, std::string vid);
    ~ScriptedVehicle();
    ScriptedVehicle(const ScriptedVehicle&) = delete;
    ScriptedVehicle& operator=(const ScriptedVehicle&) = delete;

    void serve();   // answers what has arrived
    void restart(); // closes socket and connections and listens again
    [[nodiscard]] bool connected() const { return client_ >= 0; }

    vehicle::Status status;
    int ignore{0};                               // presses to leave without an answer
    std::vector<vehicle::CrewRequest> presses{}; // states and answers, repeats included

  private:
    void listen();
    void close_all();
    void take(const vehicle::CrewRequest& request);
    void send(const vehicle::CrewUpdate& update) const;

    std::string path_;
    int listener_{-1};
    int client_{-1};
    std::string in_;
};

} // namespace ems::sim::test
