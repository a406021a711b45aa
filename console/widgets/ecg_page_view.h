// A frozen record on its page, 3x4+1 or another layout, at true 25 mm/s and 10 mm/mV: the very page that `ems-ecg report` prints, painted by the
// same painter, with calipers over it. It never changes by itself. Keys while it has the focus: C calipers, arrows move the
// mark (Shift: by one sample, Ctrl: to the next beat), up and down choose the lead, X the other mark, B the filter's band, L the next layout.
#pragma once

#include <optional>

#include "console/model/ecg_calipers.h"
#include "console/model/ecg_record.h"
#include "console/widgets/desk.h"
#include "telemetry/base/result.h"

#include <QPixmap>
#include <QWidget>

namespace ems::console {

class EcgPageView : public QWidget {
    Q_OBJECT
  public:
    explicit EcgPageView(Desk& desk, QWidget* parent = nullptr);

    void showRecord(EcgRecord record);
    void forget();
    // As EcgFeed::scale() says now; calipers stay with the same speed.
    void takeScale();
    void switchBand();
    // Stays for the next page; calipers go, as their row may be another.
    void nextLayout();
    [[nodiscard]] signal::EcgLayout layout() const { return layout_; }
    [[nodiscard]] const std::optional<EcgRecord>& record() const { return record_; }
    [[nodiscard]] signal::EcgBand band() const { return band_; }
    [[nodiscard]] signal::EcgScale scale() const { return scale_; }
    [[nodiscard]] const std::optional<EcgCalipers>& calipers() const { return calipers_; }
    // Of the calipers that stand; empty without.
    [[nodiscard]] QString reading() const;
    // The whole page with the calipers that stand, in true size. Code::io and Code::not_found as print::write_pdf().
    Result<void> print(const QString& path) const;
    // What a file of it is called when nobody names it: no name of the patient in it.
    [[nodiscard]] QString fileName() const;

    // Of whom the page is, as its criteria and its head take him.
    [[nodiscard]] const signal::EcgPatient& patient() const { return input_->patient; }
    // What a reader must know of the page before he reads it: another scale than the standard, a record shorter than the page.
    [[nodiscard]] QString caveats() const;

  signals:
    // Esc: the live trace is wanted again.
    void left();
    void changed();

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    void layPage();
    void measure();
    void scrollTo(QPointF top_left_px);
    [[nodiscard]] double startPx() const; // of the page, at the top of the widget when it is opened
    void keepMarkInView();
    void moveMark(int direction, Qt::KeyboardModifiers modifiers);
    void chooseLead(int direction);
    bool caliperKey(const QKeyEvent& event);
    void paintKeys(QPainter& p, const QRectF& box) const;
    void placeCalipers();
    [[nodiscard]] EcgPageWords words() const;
    void paintCaveats(QPainter& p) const;
    [[nodiscard]] QSizeF pageSizePx() const;
    [[nodiscard]] signal::PagePoint pointAt(QPointF px) const;
    [[nodiscard]] signal::Page caliperPage() const;

    Desk& desk_;
    std::optional<EcgRecord> record_;
    signal::EcgBand band_{signal::EcgBand::diagnostic};
    signal::EcgScale scale_;
    signal::EcgLayout layout_{signal::EcgLayout::rows3x4};
    std::optional<signal::EcgPageInput> input_;
    signal::Page page_;
    std::optional<EcgCalipers> calipers_;
    double px_per_mm_;
    QPointF scroll_px_; // the page's point at the top left of the widget
    QPixmap picture_;   // of the part in view, without the calipers
};

} // namespace ems::console
