namespace EmailAuth.Bimi;

/// <summary>What can be wrong with a document by SVG Tiny PS (draft-svg-tiny-ps-abrotman).</summary>
internal enum SvgProblemCode
{
    /// <summary>The document exceeds a limit in bytes.</summary>
    TooLarge,

    /// <summary>It is not UTF-8.</summary>
    NotUtf8,

    /// <summary>It is not well-formed XML.</summary>
    NotWellFormed,

    /// <summary>It has a DTD or an entity.</summary>
    DocumentType,

    /// <summary>It has a processing instruction.</summary>
    ProcessingInstruction,

    /// <summary>Its elements nest too deep.</summary>
    TooDeep,

    /// <summary>Its root is not svg, or lacks an attribute or has one that the root may not have.</summary>
    Root,

    /// <summary>An element is not one of SVG.</summary>
    ForeignElement,

    /// <summary>The profile does not have this element, or not here.</summary>
    Element,

    /// <summary>The profile does not have this attribute on this element.</summary>
    Attribute,

    /// <summary>An attribute has a value that the profile does not allow.</summary>
    AttributeValue,

    /// <summary>An attribute handles events.</summary>
    Event,

    /// <summary>Two elements have one id.</summary>
    RepeatedId,

    /// <summary>A reference leaves the document, or may.</summary>
    Reference,

    /// <summary>An element has text that may have none.</summary>
    Text,

    /// <summary>The title is missing.</summary>
    Title,

    /// <summary>An element refers to itself by use.</summary>
    UseLoop,

    /// <summary>With every use followed, too many elements are drawn.</summary>
    TooManyElements,

    /// <summary>Advice: the image is not known to be square.</summary>
    ViewBox,
}
