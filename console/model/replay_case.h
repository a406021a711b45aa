// A past case as the centre gave it, and what of it was known at a moment. Times are microseconds of UTC: of vehicles by
// their clock (corrected where the centre saw it to be wrong), of the centre by its own. Values, no clock. Bounded by the
// counts of the answers it is made from and by kWavesMax.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/contract/api.pb.h"

namespace ems::console {

struct ReplayEntry {
    enum class Kind : std::uint8_t { stage, audit, alarm, speech, picture, gap, note };
    std::int64_t at_us{0};
    std::int64_t to_us{0}; // of a stretch; else 0
    Kind kind{Kind::stage};
    std::string what;      // stamp's event, audit's action, alarm's code, speaker, camera, note's text
    std::string detail;
    std::int64_t unit_id{0};
};

// Waves of one unit over a stretch, whole once `complete`.
struct WaveStretch {
    std::int64_t unit_id{0};
    std::int64_t from_us{0};
    std::int64_t to_us{0};
    std::vector<api::ReplayWave> waves; // by time
    bool complete{false};
};

class ReplayCase {
  public:
    static constexpr std::size_t kStretchesMax = 6;
    static constexpr std::int64_t kStretchUs = 10LL * 60 * 1'000'000;
    // Of vehicles besides those of the case: a position each five seconds, so many in all.
    static constexpr std::int64_t kOthersStepUs = 5'000'000;
    static constexpr std::size_t kOthersMax = 200'000;

    ReplayCase(api::Incident incident, std::vector<api::ReplayPart> parts);

    void add_timeline(const api::Timeline& timeline);
    void add_page(std::int64_t unit_id, const api::ReplayPage& page); // of positions, vitals or events
    // Where another unit was, or one of the case before its order.
    void add_whereabouts(std::int64_t unit_id, const api::ReplayPage& page);
    void add_recordings(const api::Recordings& recordings);
    // A page of waves of the stretch that begins at from_us; the oldest stretch goes for a new one.
    void add_waves(std::int64_t unit_id, std::int64_t from_us, const api::ReplayPage& page);

    [[nodiscard]] const api::Incident& incident() const { return incident_; }
    [[nodiscard]] const std::vector<api::ReplayPart>& parts() const { return parts_; }
    // All of it: from the ring, or the first order's window, to the end of the last.
    [[nodiscard]] std::int64_t from_us() const { return from_us_; }
    [[nodiscard]] std::int64_t to_us() const { return to_us_; }
    // By time.
    [[nodiscard]] const std::vector<ReplayEntry>& entries() const { return entries_; }
    [[nodiscard]] const std::vector<api::Note>& notes() const { return notes_; }
    [[nodiscard]] const std::vector<api::ReplayPosition>& positions(std::int64_t unit_id) const;
    [[nodiscard]] const std::vector<api::ReplayVitals>& vitals(std::int64_t unit_id) const;
    [[nodiscard]] const std::vector<api::ReplayEvent>& events(std::int64_t unit_id) const;
    [[nodiscard]] const std::vector<api::Recording>& recordings() const { return recordings_; }
    [[nodiscard]] bool files_readable() const { return readable_; }
    // The stretch of a unit's waves that holds this moment; null: not here yet.
    [[nodiscard]] const WaveStretch* stretch(std::int64_t unit_id, std::int64_t at_us) const;
    // Where the stretch that holds this moment begins, within from and to.
    [[nodiscard]] std::int64_t stretch_start(std::int64_t at_us) const;
    // The file of a camera (or of speech) that runs at this moment; null: none.
    [[nodiscard]] const api::Recording* running(api::Recording::Kind kind, std::int64_t unit_id, const std::string& camera,
                                                std::int64_t at_us) const;
    // Cameras of a unit of which something was recorded, by name.
    [[nodiscard]] std::vector<std::string> cameras(std::int64_t unit_id) const;

    // As it stood at that moment: stamps and notes that there were, and whether it waited, was served or had ended. Level, complaint
    // and address are those it has now: what they were then is not told.
    [[nodiscard]] api::Incident incident_at(std::int64_t us) const;
    // The state of a unit by its stamps, and since when; nothing outside its part.
    struct UnitThen {
        ems::wire::UnitState state{};
        std::int64_t since_us{0};
        std::int64_t assignment_id{0};
    };
    [[nodiscard]] std::optional<UnitThen> unit_at(std::int64_t unit_id, std::int64_t us) const;

  private:
    void add_entry(ReplayEntry entry);
    void cover(std::int64_t us);

    api::Incident incident_;
    std::vector<api::ReplayPart> parts_;
    std::int64_t from_us_{0};
    std::int64_t to_us_{0};
    std::vector<ReplayEntry> entries_;
    std::vector<api::Note> notes_; // by id
    std::map<std::int64_t, std::vector<api::ReplayPosition>> positions_;
    std::map<std::int64_t, std::vector<api::ReplayVitals>> vitals_;
    std::map<std::int64_t, std::vector<api::ReplayEvent>> events_;
    std::vector<api::Recording> recordings_;
    bool readable_{false};
    std::deque<WaveStretch> stretches_; // newest last
    std::size_t whereabouts_{0};
};

} // namespace ems::console
