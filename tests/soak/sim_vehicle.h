// Inside of pure_sim: a vehicle. The store is a model of the spool's promises (a group is durable
// as a whole or not at all, seqs are allotted with it, acknowledgements take effect with it); what
// is sent when is the product's Uplink.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/ids.h"
#include "tests/soak/sim_world.h"
#include "vehicle/agent/uplink.h"

namespace ems::soak {

class SimVehicle final : public vehicle::UnackedRecords, public vehicle::UplinkWire {
  public:
    SimVehicle(SimWorld& world, std::size_t number);

    void start();
    // False: not for this process any more.
    void handle(Happening& what);
    [[nodiscard]] const VehicleId& vid() const { return vid_; }
    [[nodiscard]] std::uint64_t spool_id() const { return spool_; }
    [[nodiscard]] std::uint64_t waiting() const;
    // From now on nothing is made.
    void fall_silent() { silent_ = true; }

    std::vector<vehicle::Record> unacked(wire::Stream stream, std::size_t count_max) override;
    std::optional<vehicle::Record> find(wire::Stream stream, std::uint64_t spool,
                                        std::uint64_t seq) override;
    std::optional<vehicle::Record> newest(wire::Stream stream) override;
    [[nodiscard]] std::uint64_t unacked_count(wire::Stream stream) const override;
    bool send(wire::UpKind kind, std::string payload) override;

  private:
    struct Shelf {
        std::uint64_t last_seq{0};
        std::map<std::uint64_t, std::string> kept; // seq -> envelope
    };

    void schedule(std::int64_t delay_ms, Kind kind);
    void make();
    void append(wire::Stream stream, std::string body);
    void append_event(wire::Event event);
    void commit();
    void apply(const wire::Ack& ack);
    void remove(std::size_t stream, std::uint64_t from, std::uint64_t to, const char* why);
    void quota_drop();
    void beat();
    void link_up();
    void crash();
    Shelf& shelf(wire::Stream stream) { return shelves_.at(vehicle::stream_index(stream)); }

    SimWorld& world_;
    const std::size_t number_;
    VehicleId vid_;
    // Durable.
    std::uint64_t spool_;
    std::array<Shelf, vehicle::kStreams> shelves_;
    // Lost with the process.
    std::uint64_t generation_{0};
    std::vector<vehicle::NewRecord> group_;
    std::vector<wire::Ack> acks_;
    std::optional<vehicle::Uplink> uplink_;
    bool group_due_{false};
    bool link_up_{false};
    // Of the world.
    bool link_passes_{true};
    std::uint64_t outages_{0};
    std::int64_t receipt_at_ms_{0}; // of the last one
    std::uint64_t links_{0}; // connections so far: a receipt belongs to one
    std::uint64_t events_made_{0};
    bool silent_{false};
};

} // namespace ems::soak
