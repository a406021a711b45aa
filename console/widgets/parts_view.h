// Shift+F1: what does not work, since when, what still does and what to do about it; below, what works. Over the views while
// it is open; the arrows scroll, Esc closes. Looks every second also while it is closed, for the mark in the status strip.
#pragma once

#include "console/model/degraded.h"
#include "console/widgets/row_list.h"

namespace ems::console {

class PartsView : public RowList {
    Q_OBJECT
  public:
    explicit PartsView(Desk& desk, QWidget* parent = nullptr);
    void setHasMap(bool there);   // NOLINT: a state, not a choice of behaviour
    void setHasSound(bool there); // NOLINT: likewise
    [[nodiscard]] const DegradedParts& parts() const { return parts_; }
    // Tall enough for what is in it.
    [[nodiscard]] QSize sizeHint() const override;

    static QString name(Part part);
    static QString lost(Part part);
    static QString works(Part part);
    // Of a lost server while the vehicles themselves are heard.
    static QString worksDirect();
    static QString advice(Part part);

  signals:
    void counted(int degraded);
    void closed();

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void look();
    void askFleet();
    void takeAnswer(const api::ServerFrame& frame);
    void paintHead(QPainter& p, const QRect& box) const;
    void paintBad(QPainter& p, const QRect& box, const PartRow& row) const;
    void paintGood(QPainter& p, const QRect& box, const PartRow& row) const;
    [[nodiscard]] QString stateText(const PartRow& row) const;
    [[nodiscard]] QString detailText(const PartRow& row) const;
    [[nodiscard]] QStringList sentences(const PartRow& row) const;
    [[nodiscard]] int badHeight(const PartRow& row) const;

    DegradedParts parts_;
    PartsSeen seen_;
    std::uint64_t asked_{0};
    std::int64_t asked_us_{0};
};

} // namespace ems::console
