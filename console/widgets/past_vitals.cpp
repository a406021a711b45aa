#include "console/widgets/past_vitals.h"

#include "console/widgets/words.h"
#include "telemetry/base/error.h"

#include <algorithm>

#include <QLocale>

namespace ems::console {
namespace {

constexpr double kSoonS = 15;  // what was measured a moment ago is in the record by then
constexpr double kAgainS = 60; // what a vehicle sends late comes within minutes

} // namespace

PastVitals::PastVitals(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    connect(&desk_, &Desk::stateChanged, this, &PastVitals::keep);
    connect(&desk_, &Desk::selectionChanged, this, &PastVitals::keep);
    connect(&desk_, &Desk::watchChanged, this, &PastVitals::keep);
    connect(&desk_, &Desk::ticked, this, &PastVitals::keep);
    connect(&desk_, &Desk::answeredBehind, this, &PastVitals::answer);
}

void PastVitals::forget() {
    unit_id_ = 0;
    incident_id_ = 0;
    asked_ = 0;
    next_s_ = 0;
    answers_ = 0;
    is_refused_ = false;
    say({});
}

void PastVitals::say(const QString& note) {
    if (note != note_) {
        note_ = note;
        emit changed();
    }
}

void PastVitals::keep() {
    const api::Unit* unit = desk_.patientUnit();
    if (unit == nullptr || !desk_.isWatching()) {
        forget();
        return;
    }
    if (unit->id() != unit_id_ || unit->incident_id() != incident_id_) {
        forget();
        unit_id_ = unit->id();
        incident_id_ = unit->incident_id();
    }
    if (!desk_.isLive()) { // the next server is asked anew
        asked_ = 0;
        next_s_ = 0;
        answers_ = 0;
        is_refused_ = false;
        say({});
        return;
    }
    if (asked_ == 0 && !is_refused_ && desk_.monotonicS() >= next_s_) {
        ask();
    }
}

void PastVitals::ask() {
    const std::int64_t begin_us = desk_.state().vitals_begin_us(unit_id_);
    if (begin_us == 0) {
        return; // whose the numbers would be is not known
    }
    const std::int64_t to_us = desk_.shownUs();
    const std::int64_t from_us = std::max(begin_us, to_us - VitalsTrack::kTrendUs);
    const VitalsTrack* track = desk_.state().vitals(unit_id_);
    if (from_us >= to_us || (answers_ != 0 && track != nullptr && !track->has_gap(from_us, to_us))) {
        next_s_ = desk_.monotonicS() + kSoonS;
        return;
    }
    api::ClientFrame frame;
    api::GetHistory& history = *frame.mutable_get_history();
    history.set_unit_id(unit_id_);
    history.set_from_us(from_us);
    history.set_to_us(to_us);
    history.set_points_max(VitalsTrack::kPastMax);
    asked_ = desk_.askBehind(std::move(frame));
    if (asked_ != 0 && answers_ == 0) {
        say(tr("fetching earlier numbers"));
    }
}

void PastVitals::answer(const api::ServerFrame& frame) {
    if (asked_ == 0 || frame.reply_to() != asked_) {
        return;
    }
    asked_ = 0;
    next_s_ = desk_.monotonicS() + (answers_ == 0 || frame.has_error() ? kSoonS : kAgainS);
    if (frame.has_error()) {
        is_refused_ = is_of_request(static_cast<Code>(frame.error().code())); // the same answer each time
        const bool zh = QLocale().language() == QLocale::Chinese;
        say(tr("no earlier numbers: %1").arg(qs(zh ? frame.error().text_zh() : frame.error().text_en())));
        return;
    }
    ++answers_;
    if (frame.history().unit_id() == unit_id_) {
        static_cast<void>(desk_.state().apply_history(frame.history(), incident_id_));
    }
    say(frame.history().vitals_size() == 0 ? tr("the record holds no earlier numbers") : QString{});
    emit changed();
}

} // namespace ems::console
