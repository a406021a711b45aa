// Brings a past case from the centre: its parts, timeline, records and recordings at first, waves and files when a moment
// needs them, where the other units were when nothing else is wanted. One question at a time, behind what people ask; a full lane or a slow archive is asked again. GUI thread only.
// Bounded: kFileBytesMax of files, the stretches of ReplayCase.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "console/model/replay_case.h"
#include "console/widgets/desk.h"

#include <QObject>
#include <QTimer>

namespace ems::console {

class ReplayLoader : public QObject {
    Q_OBJECT
  public:
    static constexpr std::size_t kFileBytesMax = 96 * 1024 * 1024;
    static constexpr std::size_t kOneFileBytesMax = 32 * 1024 * 1024;
    static constexpr std::size_t kOtherUnitsMax = 64;

    ReplayLoader(Desk& live, api::Incident incident, QObject* parent = nullptr);
    void start();
    // Null until ready().
    [[nodiscard]] ReplayCase* past() { return past_ && ready_ ? &*past_ : nullptr; }
    // True when the waves of this moment are here; else they are asked for.
    bool haveWaves(std::int64_t unit_id, std::int64_t at_us);
    // The whole file; null while it comes. A file that could not be read is an empty one.
    std::shared_ptr<const std::string> file(const api::Recording& recording);
    [[nodiscard]] bool isBusy() const { return !jobs_.empty(); }

  signals:
    void ready();
    void changed();
    void failed(QString why); // the case cannot be shown at all

  private:
    struct Job {
        api::ClientFrame frame;
        // Takes the answer; gives the next question, or nothing at the end.
        std::function<std::optional<api::ClientFrame>(const api::ServerFrame&)> take;
        std::function<void(const QString& why)> refused;
        int tries{0};
    };
    struct File {
        std::string coming;
        std::shared_ptr<const std::string> whole;
        std::uint64_t asked_at{0}; // counts the wishes: the oldest goes first
    };
    using FileKey = std::pair<int, std::string>;

    void ask();
    void answer(const api::ServerFrame& frame);
    void askParts();
    void askRest();
    void askStream(const api::ReplayPart& part, ems::wire::Stream stream);
    void askWhereabouts();
    void askWhereabouts(const api::Unit& unit, std::int64_t from_us, std::int64_t to_us);
    void finish();
    void dropOldFiles();

    Desk& live_;
    api::Incident incident_;
    std::optional<ReplayCase> past_;
    bool ready_{false};
    std::deque<Job> jobs_;
    std::deque<Job> idle_jobs_; // behind all of jobs_
    std::uint64_t asked_{0};
    std::deque<Job>* asked_of_{nullptr}; // whose first one is asked
    QTimer again_;
    std::map<FileKey, File> files_;
    std::map<std::pair<std::int64_t, std::int64_t>, bool> waves_asked_;
    std::uint64_t wishes_{0};
};

} // namespace ems::console
