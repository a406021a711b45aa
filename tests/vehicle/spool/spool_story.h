// A vehicle's life with its spool, told twice: to the spool, on a disk whose power goes and which
// fails, and to plain containers. check() holds one against the other: whatever was reported kept
// is there byte for byte and once, a number never names two contents, every number of the file is
// kept, acknowledged or named in a gap and never two of them, and state and commands are those of
// the last group that is there, whole.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/vehicle/spool/power_disk.h"
#include "vehicle/spool/spool.h"

namespace ems::test {

class SpoolStory {
  public:
    struct Options {
        std::uint64_t seed{1};
        std::uint64_t quota_bytes{12'000}; // small: waves are thinned and dropped all the time
        std::size_t wave_bytes_max{1'500};
    };
    SpoolStory(PowerDisk& disk, Options options);

    // Opens the spool, also again, and checks it.
    void open();
    // Appends, acknowledges, keeps commands and state, commits.
    void act();
    // The process ends: with its power, or only itself.
    void end();
    // After faults that are over: the spool is back on the disk with all that memory held.
    void recover();
    void check();

    // Sentences; empty: everything held.
    [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
    struct Counts {
        std::uint64_t groups{0};
        std::uint64_t records{0};
        std::uint64_t gaps{0};
        std::uint64_t thinned{0};
        std::uint64_t in_memory{0};
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }
    [[nodiscard]] const vehicle::Spool& spool() const { return *spool_; }

  private:
    using Name = std::tuple<std::uint64_t, wire::Stream, std::uint64_t>; // spool, stream, seq
    struct Span {
        std::uint64_t from{0};
        std::uint64_t to{0};
        std::string reason;
        bool operator<(const Span& other) const { return from < other.from; }
        bool operator==(const Span& other) const = default;
    };
    struct Group {
        std::uint64_t number{0};
        std::array<std::vector<std::string>, vehicle::kStreams> bodies;
        std::map<std::string, std::uint64_t> commands; // id, unit_seq
    };

    void fault(const std::string& sentence);
    std::string body_of(wire::Stream stream);
    void append(wire::Stream stream, Group& group);
    void acknowledge(Group& group);
    void report(const vehicle::Spool::Committed& committed, const Group& group);
    void learn_gap(std::uint64_t spool, const std::string& envelope);
    std::map<Name, std::string> read_all();
    void settle_attempt();
    void check_kept(const std::map<Name, std::string>& present);
    void check_numbers(const std::map<Name, std::string>& present);
    void check_bodies(const std::map<Name, std::string>& present);
    [[nodiscard]] bool in_gap(const Name& name) const;

    PowerDisk& disk_;
    const Options options_;
    FakeClock clock_;
    std::mt19937_64 random_;
    std::unique_ptr<vehicle::Spool> spool_;
    std::vector<std::string> faults_;
    Counts counts_;

    std::uint64_t identity_{0}; // of the file, once something was reported kept there
    std::uint64_t step_{0};
    std::uint64_t durable_step_{0};
    std::uint64_t bodies_made_{0};
    std::map<Name, std::string> kept_; // envelope, by the name it was reported under
    std::array<std::uint64_t, vehicle::kStreams> last_{};
    std::map<std::pair<std::uint64_t, wire::Stream>, std::set<std::uint64_t>> acked_;
    std::map<std::pair<std::uint64_t, wire::Stream>, std::vector<Span>> gaps_;
    std::map<std::string, std::uint64_t> commands_;
    std::map<std::string, std::string> recordings_; // of waves: their body, by a tag that stays
    std::unique_ptr<Group> attempt_; // its commit was not reported as kept on the disk
    bool lived_through_faults_{false};
};

} // namespace ems::test
