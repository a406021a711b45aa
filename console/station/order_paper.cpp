#include "console/station/order_paper.h"

#include "telemetry/base/log.h"

#include <utility>

#include <QMetaObject>

namespace ems::console {

OrderPaper::OrderPaper(PaperWays ways, QObject* parent)
    : QObject(parent), ways_(std::move(ways)), worker_(new QObject) {
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.start(QThread::LowPriority);
}

OrderPaper::~OrderPaper() {
    thread_.quit();
    thread_.wait();
}

void OrderPaper::put(const OrderSheet& sheet) {
    if (!ways_.any()) {
        return;
    }
    if (waiting_ >= kSheetsWaitingMax) {
        EMS_LOG(error, "station", "an order was not printed: {} sheets wait", waiting_);
        emit told(tr("The printer does not keep up: an order was not printed"));
        return;
    }
    ++waiting_;
    QMetaObject::invokeMethod(worker_, [this, sheet, ways = ways_] {
        QString trouble = write(ways, sheet);
        QMetaObject::invokeMethod(
            this,
            [this, trouble = std::move(trouble)] {
                --waiting_;
                emit told(trouble);
            },
            Qt::QueuedConnection);
    });
}

QString OrderPaper::write(const PaperWays& ways, const OrderSheet& sheet) {
    QStringList sentences;
    bool stored = false;
    if (!ways.folder.isEmpty()) {
        const auto done = write_order_pdf(sheet, ways.folder);
        stored = done.has_value();
        if (!done) {
            EMS_LOG(error, "station", "an order was not stored: {}", done.error().message());
            sentences << tr("The order was not stored as a PDF: folder %1 cannot be written")
                             .arg(ways.folder);
        }
    }
    if (!ways.printer.isEmpty()) {
        if (const auto done = print_order(sheet, ways.printer); !done) {
            EMS_LOG(error, "station", "an order was not printed: {}", done.error().message());
            const QString why = done.error().code == Code::not_found
                                    ? tr("This machine knows no printer “%1”").arg(ways.printer)
                                    : tr("Printer “%1” takes nothing").arg(ways.printer);
            sentences << why + (stored ? tr("; the order is in %1").arg(ways.folder) : QString{});
        }
    }
    return sentences.join(QStringLiteral("　"));
}

} // namespace ems::console
