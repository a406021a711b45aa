// Brings the stretch of ECG that a crew sent from the centre's record, where this desk's live buffer
// does not hold it any more. The record may be seconds behind the mark, and a slow archive is asked
// again. One at a time: another one takes the place of what is still asked for. GUI thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "console/model/ecg_record.h"
#include "console/widgets/desk.h"

#include <QObject>
#include <QTimer>

namespace ems::console {

class SentEcgLoader : public QObject {
    Q_OBJECT
  public:
    explicit SentEcgLoader(Desk& desk, QObject* parent = nullptr);

    void load(const api::LiveEcgMark& mark);
    void forget();
    [[nodiscard]] bool isBusy() const { return mark_.has_value(); }

  signals:
    void loaded(const ems::console::EcgRecord& record, const std::string& event_id);
    // What came of it at most is no page, or nobody answers.
    void failed(QString why);

  private:
    void ask();
    void askAgain(const QString& why);
    void answer(const api::ServerFrame& frame);

    Desk& desk_;
    std::optional<api::LiveEcgMark> mark_;
    std::unique_ptr<EcgFeed> waves_;
    api::ClientFrame question_;
    std::uint64_t asked_{0};
    int tries_{0};
    double batches_{0};
    QTimer again_;
};

} // namespace ems::console
