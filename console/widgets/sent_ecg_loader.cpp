#include "console/widgets/sent_ecg_loader.h"

#include "console/widgets/words.h"
#include "telemetry/base/error.h"
#include "telemetry/wire/ecg_mark.h"

#include <utility>

#include <QLocale>

namespace ems::console {
namespace {

constexpr int kAgainMs = 500;
constexpr int kTriesMax = 20; // 10 s: waves of a link that is up are in the record by then
// What is before the stretch lets the filters settle.
constexpr std::int64_t kBeforeUs = 9'000'000;
constexpr std::int64_t kBehindUs = 1'000'000; // the batch that holds the end begins before it

bool is_passing(std::uint32_t code) {
    return code == static_cast<std::uint32_t>(Code::too_many_requests) ||
           code == static_cast<std::uint32_t>(Code::replay_away) ||
           code == static_cast<std::uint32_t>(Code::not_leader) ||
           code == static_cast<std::uint32_t>(Code::timeout);
}

} // namespace

SentEcgLoader::SentEcgLoader(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    again_.setInterval(kAgainMs);
    again_.setSingleShot(true);
    connect(&again_, &QTimer::timeout, this, &SentEcgLoader::ask);
    connect(&desk_, &Desk::answeredBehind, this, &SentEcgLoader::answer);
}

void SentEcgLoader::load(const api::LiveEcgMark& mark) {
    forget();
    mark_ = mark;
    tries_ = 0;
    ask();
}

void SentEcgLoader::forget() {
    mark_.reset();
    waves_.reset();
    asked_ = 0;
    again_.stop();
}

void SentEcgLoader::ask() {
    if (!mark_) {
        return;
    }
    waves_ = std::make_unique<EcgFeed>();
    waves_->watch(mark_->unit_id(), mark_->incident_id());
    batches_ = 0;
    const std::int64_t to_us = ems::wire::ecg_mark_end_us(mark_->mark());
    question_.Clear();
    api::Replay& replay = *question_.mutable_replay();
    replay.set_unit_id(mark_->unit_id());
    replay.set_stream(ems::wire::STREAM_W);
    replay.set_from_us(mark_->mark().from_us() - kBeforeUs);
    replay.set_to_us(to_us + kBehindUs);
    asked_ = desk_.askBehind(question_);
    if (asked_ == 0) {
        askAgain(tr("no connection to the centre"));
    }
}

void SentEcgLoader::askAgain(const QString& why) {
    asked_ = 0;
    if (++tries_ < kTriesMax) {
        again_.start();
        return;
    }
    forget();
    emit failed(why);
}

void SentEcgLoader::answer(const api::ServerFrame& frame) {
    if (!mark_ || asked_ == 0 || frame.reply_to() != asked_) {
        return;
    }
    if (frame.has_error()) {
        const bool zh = QLocale().language() == QLocale::Chinese;
        const QString why = qs(zh ? frame.error().text_zh() : frame.error().text_en());
        if (is_passing(frame.error().code())) {
            askAgain(why);
            return;
        }
        forget();
        emit failed(why);
        return;
    }
    const api::ReplayPage& page = frame.replay_page();
    for (const api::ReplayWave& wave : page.waves()) {
        api::LiveWave live;
        live.set_unit_id(mark_->unit_id());
        live.set_device_us(wave.t_us() - wave.corrected_us()); // as the mark was made
        live.set_received_us(wave.received_us());
        *live.mutable_batch() = wave.batch();
        static_cast<void>(waves_->add(live, ++batches_)); // one that cannot be read is a gap
    }
    if (page.has_next()) {
        *question_.mutable_replay()->mutable_after() = page.next();
        asked_ = desk_.askBehind(question_);
        if (asked_ == 0) {
            askAgain(tr("no connection to the centre"));
        }
        return;
    }
    auto record = freeze_stretch(*waves_, mark_->mark().from_us(),
                                 ems::wire::ecg_mark_end_us(mark_->mark()));
    if (!record) {
        askAgain(tr("it is not in the record yet"));
        return;
    }
    const std::string event_id = mark_->event_id();
    forget();
    emit loaded(*record, event_id);
}

} // namespace ems::console
