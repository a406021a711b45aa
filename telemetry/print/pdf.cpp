#include "telemetry/print/pdf.h"

#include <memory>

#include <fmt/format.h>

#include <QFontDatabase>
#include <QGuiApplication>
#include <QLoggingCategory>
#include <QMarginsF>
#include <QPageLayout>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>

#include "telemetry/print/page_painter.h"

namespace ems::print {
namespace {

constexpr int kDotsPerInch = 1200;
constexpr double kMmPerInch = 25.4;

} // namespace

Result<void> write_pdf(const signal::Page& page, const std::string& path) {
    std::unique_ptr<QGuiApplication> application;
    int argc = 1;
    char name[] = "ems";
    char* argv[] = {name, nullptr};
    if (QCoreApplication::instance() == nullptr) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        // A command line has no session; Qt's remarks on that are not the user's business.
        QLoggingCategory::setFilterRules(QStringLiteral("default.warning=false"));
        application = std::make_unique<QGuiApplication>(argc, argv);
    }
    if (!QFontDatabase::families().contains(QString::fromUtf8(signal::kPageFont))) {
        return fail(Code::not_found, fmt::format("the font {} is not installed (fonts-noto-cjk)",
                                                 signal::kPageFont));
    }
    QSaveFile file{QString::fromStdString(path)};
    if (!file.open(QIODevice::WriteOnly)) {
        return fail(Code::io, fmt::format("{}: {}", path, file.errorString().toStdString()));
    }
    {
        QPdfWriter writer{&file};
        writer.setResolution(kDotsPerInch);
        writer.setTitle(QString::fromStdString(page.title));
        writer.setCreator(QStringLiteral("ems"));
        const QPageSize size{QSizeF{page.width_mm, page.height_mm},
                             QPageSize::Millimeter,
                             {},
                             QPageSize::ExactMatch};
        writer.setPageLayout(
            QPageLayout{size, QPageLayout::Portrait, QMarginsF{}, QPageLayout::Millimeter});
        QPainter painter;
        if (!painter.begin(&writer)) {
            return fail(Code::io, fmt::format("{}: cannot be painted", path));
        }
        paint_page(page, painter, kDotsPerInch / kMmPerInch);
    }
    if (!file.commit()) {
        return fail(Code::io, fmt::format("{}: {}", path, file.errorString().toStdString()));
    }
    return {};
}

} // namespace ems::print
