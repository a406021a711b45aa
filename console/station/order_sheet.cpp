#include "console/station/order_sheet.h"

#include "console/map_paint/map_camera.h"
#include "console/model/trails.h"
#include "console/theme/theme.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <array>

#include <QDir>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QPrinter>
#include <QPrinterInfo>
#include <QSaveFile>
#include <QTextOption>

namespace ems::console {
namespace {

constexpr double kMarginMm = 10;
constexpr double kHeadMm = 5;
constexpr double kTitleMm = 9;
constexpr double kTextMm = 5.2;
constexpr double kCaptionMm = 3.4;
constexpr double kCaptionWideMm = 26;
constexpr double kGapMm = 2.6;
constexpr int kDpi = 300;
constexpr qsizetype kNoteMax = 120; // the rest stands on the screens
constexpr double kBlankMm = 13;     // of a line to write on by hand

double draw(QPainter& p, const QRectF& box, const QString& text, double size_px, Weight weight) {
    QFont font = Theme::font(std::max(1, static_cast<int>(size_px)), weight);
    p.setFont(font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    p.drawText(box, text, option);
    return p.boundingRect(box, text, option).height();
}

QString place_text(const api::Place& place) {
    return place.lat_e7() == 0 && place.lon_e7() == 0 ? QString{}
                                                      : QStringLiteral("%1, %2 (WGS-84)")
                                                            .arg(place.lat_e7() * 1e-7, 0, 'f', 5)
                                                            .arg(place.lon_e7() * 1e-7, 0, 'f', 5);
}

// "Ring at the gate　王敏 14:02".
QString note_text(const api::Incident& incident) {
    if (!incident.has_newest_note()) {
        return {};
    }
    const api::Note& note = incident.newest_note();
    QString text = qs(note.text()).simplified();
    if (text.size() > kNoteMax) {
        text = text.left(kNoteMax - 1) + QChar{u'…'};
    }
    return text + QStringLiteral("　%1 %2").arg(qs(note.who()), qs(clock_text(note.at_us())).left(5));
}

// From where the vehicle is, else from its station, which it leaves from.
QString straight_text(const DeskState& state, const StationCase& order, const QString& station) {
    const api::UnitPosition* position = state.position(order.unit->id());
    const api::Station* home = station_named(state, station.toStdString());
    const api::Place* from = position != nullptr ? &position->place()
                             : home != nullptr   ? &home->place()
                                                 : nullptr;
    const api::Place& to = order.incident->place();
    const auto known = [](const api::Place& place) { return place.lat_e7() != 0 || place.lon_e7() != 0; };
    return from == nullptr || !known(*from) || !known(to)
               ? QString{}
               : Words::distance(distance_m(geo_point(from->lat_e7(), from->lon_e7()),
                                            geo_point(to.lat_e7(), to.lon_e7())));
}

} // namespace

OrderSheet::OrderSheet(const DeskState& state, const StationCase& order, const QString& station) {
    const std::int64_t ordered_us = order.assignment->created_us();
    head_ = station + QStringLiteral("　") + qs(date_text(ordered_us)) + QStringLiteral(" ") +
            qs(clock_text(ordered_us));
    const auto add = [this](const QString& caption, const QString& text) {
        if (!text.isEmpty()) {
            rows_.push_back({caption, text});
        }
    };
    const QString number = order.incident == nullptr ? QString{} : qs(order.incident->number());
    if (state.login().drill()) {
        add(tr("DRILL"), tr("not a real order"));
    }
    title_ = tr("Order %1").arg(number) + QStringLiteral("　") + qs(order.unit->name());
    file_ = qs(date_text(ordered_us)).remove(u'-') + QStringLiteral("-%1-%2-%3.pdf")
                                                         .arg(number)
                                                         .arg(order.assignment->id())
                                                         .arg(qs(order.unit->name()));
    file_.replace(u'/', u'_');
    if (order.incident == nullptr) {
        return;
    }
    const api::Incident& incident = *order.incident;
    add(tr("Level"), Words::levelName(incident.level()));
    add(tr("Complaint"), qs(incident.complaint()));
    add(tr("Patient"), Words::patient(incident));
    add(tr("Address"), qs(incident.address()));
    add(tr("Position"), place_text(incident.place()));
    add(tr("Caller"), qs(incident.caller_phone_masked()));
    QStringList needs;
    for (const QString& code : qs(incident.need().capabilities()).split(u',', Qt::SkipEmptyParts)) {
        needs << Words::need(code.toStdString());
    }
    add(tr("Needs"), needs.join(QStringLiteral("、")));
    const auto hospital = state.hospitals().find(order.unit->destination_hospital_id());
    add(tr("Hospital"),
        hospital == state.hospitals().end() ? QString{} : qs(hospital->second.name()));
    if (order.assignment->predicted_scene_us() != 0) {
        add(tr("Expected at the scene"), qs(clock_text(order.assignment->predicted_scene_us())));
    }
    add(tr("Straight line"), straight_text(state, order, station));
    add(tr("Newest note"), note_text(incident));
    blanks_ = {tr("Crew"), tr("Taken at, by")};
}

QStringList OrderSheet::lines() const {
    QStringList out{head_, title_};
    for (const Row& row : rows_) {
        out << row.caption + QStringLiteral("　") + row.text;
    }
    return out + blanks_;
}

void OrderSheet::paint(QPainter& p, const QRectF& page, double px_per_mm) const {
    const auto mm = [px_per_mm](double length) { return length * px_per_mm; };
    const QRectF in = page.adjusted(mm(kMarginMm), mm(kMarginMm), -mm(kMarginMm), -mm(kMarginMm));
    p.setPen(QColor::fromRgb(token_rgb(ThemeMode::day, Token::p_ink)));
    double y = in.top();
    const auto room = [&](double left) {
        return QRectF{in.left() + left, y, in.width() - left, in.bottom() - y};
    };
    y += draw(p, room(0), head_, mm(kHeadMm * 0.8), Weight::normal) + mm(1);
    y += draw(p, room(0), title_, mm(kTitleMm), Weight::bold) + mm(2);
    p.drawLine(QPointF{in.left(), y}, QPointF{in.right(), y});
    y += mm(3);
    const double signed_mm = kBlankMm * static_cast<double>(blanks_.size());
    p.save();
    p.setClipRect(in.adjusted(0, 0, 0, -mm(signed_mm))); // what is too long gives way to the hand
    for (const Row& row : rows_) {
        draw(p, room(0).adjusted(0, mm(1), 0, 0), row.caption, mm(kCaptionMm), Weight::normal);
        y += draw(p, room(mm(kCaptionWideMm)), row.text, mm(kTextMm), Weight::bold) + mm(kGapMm);
    }
    p.restore();
    y = in.bottom() - mm(signed_mm);
    for (const QString& caption : blanks_) {
        y += mm(kBlankMm);
        p.drawLine(QPointF{in.left() + mm(kCaptionWideMm), y}, QPointF{in.right(), y});
        draw(p, QRectF{in.left(), y - mm(kCaptionMm * 1.5), mm(kCaptionWideMm), mm(kCaptionMm * 2)}, caption,
             mm(kCaptionMm), Weight::normal);
    }
}

Result<void> write_order_pdf(const OrderSheet& sheet, const QString& folder) {
    // Whoever watches the folder never sees half a sheet.
    QSaveFile file{QDir{folder}.filePath(sheet.fileName())};
    if (!file.open(QIODevice::WriteOnly)) {
        return fail(Code::io, "an order was not written to " + folder.toStdString());
    }
    QPdfWriter writer{&file};
    writer.setPageSize(QPageSize{QPageSize::A5});
    writer.setPageMargins({});
    writer.setResolution(kDpi);
    writer.setTitle(sheet.fileName());
    QPainter p;
    if (!p.begin(&writer)) {
        return fail(Code::io, "an order was not written to " + folder.toStdString());
    }
    sheet.paint(
        p, QRectF{0, 0, static_cast<double>(writer.width()), static_cast<double>(writer.height())},
        kDpi / 25.4);
    if (!p.end() || !file.commit()) {
        return fail(Code::io, "an order was not written to " + folder.toStdString());
    }
    return {};
}

Result<void> print_order(const OrderSheet& sheet, const QString& printer) {
    const QPrinterInfo info = QPrinterInfo::printerInfo(printer);
    if (info.isNull()) {
        return fail(Code::not_found, "no printer " + printer.toStdString());
    }
    QPrinter device{info, QPrinter::HighResolution};
    device.setPageSize(QPageSize{QPageSize::A5});
    device.setFullPage(true);
    device.setDocName(sheet.fileName());
    QPainter p;
    if (!p.begin(&device)) {
        return fail(Code::io, "the printer takes nothing");
    }
    sheet.paint(p, device.paperRect(QPrinter::DevicePixel), device.resolution() / 25.4);
    if (!p.end() || device.printerState() == QPrinter::Error) {
        return fail(Code::io, "the printer gave up");
    }
    return {};
}

} // namespace ems::console
