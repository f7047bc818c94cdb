namespace EmailAuth.Cli.Pages;

/// <summary>
/// A table with a caption, whose first column names the row. On a narrow screen each row becomes a card: that takes the roles of table elements away, so
/// they are written out, and each cell has the title of its column.
/// </summary>
internal sealed class HtmlTable
{
    private const int MaxFixed = 5;

    private readonly Html _rows = Html.Empty;
    private readonly Html _caption;
    private readonly string[] _columns;
    private readonly HashSet<int> _numbers = [];

    public HtmlTable(Html caption, params string[] columns)
    {
        _caption = caption;
        _columns = columns;
    }

    /// <summary>Whether it has no row.</summary>
    public bool IsEmpty => _rows.IsEmpty;

    /// <summary>Sets the columns that hold numbers, which are aligned at the right.</summary>
    public HtmlTable Numbers(params int[] columns)
    {
        _numbers.UnionWith(columns);
        return this;
    }

    /// <summary>Adds a row with a cell for each column.</summary>
    public HtmlTable Row(params Html[] cells)
    {
        _rows.Add($"<tr role=\"row\">");
        for (var i = 0; i < cells.Length; i++)
        {
            Html content = $"<span class=\"key\" aria-hidden=\"true\">{_columns[i]}</span><div class=\"value\">{cells[i]}</div>";
            _rows.Add(i == 0 ? $"<th scope=\"row\" role=\"rowheader\">{content}</th>"
                : _numbers.Contains(i) ? (Html)$"<td role=\"cell\" class=\"number\">{content}</td>"
                : (Html)$"<td role=\"cell\">{content}</td>");
        }

        _rows.Add($"</tr>");
        return this;
    }

    /// <summary>The table; in a region of its own that scrolls when it has more than five columns.</summary>
    public Html ToHtml()
    {
        var heads = Html.Empty;
        for (var i = 0; i < _columns.Length; i++)
        {
            heads.Add(_numbers.Contains(i)
                ? (Html)$"<th scope=\"col\" role=\"columnheader\" class=\"number\">{_columns[i]}</th>"
                : (Html)$"<th scope=\"col\" role=\"columnheader\">{_columns[i]}</th>");
        }

        Html table = $"<table class=\"stack\" role=\"table\"><caption>{_caption}</caption><thead role=\"rowgroup\"><tr role=\"row\">{heads}</tr></thead><tbody role=\"rowgroup\">{_rows}</tbody></table>";
        return _columns.Length > MaxFixed ? $"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"A wide table\">{table}</div>" : table;
    }
}
