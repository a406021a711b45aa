// Puts orders on paper behind the screen's back: a PDF in a folder, a sheet on a printer of CUPS, or
// both. A printer that is not there or that answers slowly delays nothing on the screen; what failed
// is told as one sentence. GUI thread; the writing runs on a thread of its own.
#pragma once

#include <cstddef>

#include "console/station/order_sheet.h"

#include <QObject>
#include <QThread>

namespace ems::console {

inline constexpr std::size_t kSheetsWaitingMax = 16;

struct PaperWays {
    QString folder;  // of PDFs; "": none is written
    QString printer; // "": none is printed
    [[nodiscard]] bool any() const { return !folder.isEmpty() || !printer.isEmpty(); }
};

class OrderPaper : public QObject {
    Q_OBJECT
  public:
    explicit OrderPaper(PaperWays ways, QObject* parent = nullptr);
    // Waits for the sheet that is being written.
    ~OrderPaper() override;

    // Each way is tried, whatever becomes of the other. More than kSheetsWaitingMax are refused and
    // told.
    void put(const OrderSheet& sheet);

  signals:
    // After each sheet: what failed and what was done all the same; "" all is well.
    void told(QString trouble);

  private:
    [[nodiscard]] static QString write(const PaperWays& ways, const OrderSheet& sheet);

    PaperWays ways_;
    QThread thread_;
    QObject* worker_; // lives on thread_
    std::size_t waiting_{0};
};

} // namespace ems::console
