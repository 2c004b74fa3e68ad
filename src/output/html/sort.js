"use strict";
document.querySelectorAll("table.sortable").forEach(function (table) {
  var body = table.tBodies[0], heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach(function (head, place) {
    var name = head.textContent, button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    head.textContent = "";
    head.appendChild(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "descending" && head.getAttribute("aria-sort") !== "ascending" ? !head.classList.contains("n")
        : head.getAttribute("aria-sort") === "descending";
      heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      var key = function (row) {
        var text = row.cells[place].textContent.trim().replace(/,/g, "").replace("\u2212", "-"), number = parseFloat(text);
        return isNaN(number) ? (head.classList.contains("n") ? null : text.toLowerCase()) : (head.classList.contains("n") ? number : text.toLowerCase());
      };
      Array.from(body.rows).map(function (row, at) { return { row: row, key: key(row), at: at }; }).sort(function (one, other) {
        if (one.key === null || other.key === null) { return (one.key === null) - (other.key === null) || one.at - other.at; }
        var order = one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
        return (up ? order : -order) || one.at - other.at;
      }).forEach(function (item) { body.appendChild(item.row); });
      document.getElementById("said").textContent = "Sorted by " + name + ", " + (up ? "ascending" : "descending") + ".";
    });
  });
});
