// What a desk must hold to see cameras: asks the centre which ones send and for a grant for each that is wanted, renews them
// before they end and tries again after a refusal and, with growing pauses, where the media server is not heard under one.
// Tells the centre of each that is no longer wanted: at once with its patient, after ten seconds when nobody looks. GUI thread
// only. At most kTilesMax channels.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "console/model/grant_patience.h"
#include "console/model/video_slots.h"
#include "console/widgets/desk.h"

#include <QObject>

namespace ems::console {

class VideoGrants : public QObject {
    Q_OBJECT
  public:
    explicit VideoGrants(Desk& desk, QObject* parent = nullptr);
    // Whether somebody looks: nothing is asked for otherwise.
    void setWatching(bool looked_at); // NOLINT: a state, not a choice of behaviour
    // Only these; grants of others are ended and forgotten, their late answers too.
    void want(const std::vector<CameraChannel>& channels);
    // Of who listens under the channel's grant, told again and again.
    void tell(const CameraChannel& channel, MediaServer server);
    [[nodiscard]] const api::VideoGrant* grant(const CameraChannel& channel) const;
    // Why the centre gave none, in the person's language; empty: it did not refuse.
    [[nodiscard]] QString refusal(const CameraChannel& channel) const;
    [[nodiscard]] const api::Cameras& sending() const { return sending_; }

  signals:
    void changed();        // grants or refusals
    void camerasChanged(); // sending()

  private:
    struct Held {
        std::int64_t asked_us{0}; // local; 0: not yet
        std::uint64_t request{0}; // not answered yet
        std::optional<api::VideoGrant> grant;
        QString refusal;
        GrantPatience patience;
        bool is_dead{false}; // nothing is heard under its grant: another is due
    };
    static constexpr std::size_t kEndedMax = 64;
    // A look at another view and back costs no picture.
    static constexpr std::int64_t kLeftUs = 10'000'000;
    void keep();
    void leave();
    void end(const CameraChannel& channel);
    void tellEnd(const CameraChannel& channel);
    void take(const api::ServerFrame& frame);

    Desk& desk_;
    bool watching_{false};
    std::int64_t left_us_{0}; // local; since when nobody looks
    std::vector<CameraChannel> ended_; // the centre was not told yet
    std::map<CameraChannel, Held> held_;
    api::Cameras sending_;
    std::uint64_t cameras_request_{0};
    std::int64_t cameras_asked_us_{0};
};

} // namespace ems::console
