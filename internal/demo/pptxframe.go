package demo

// What PowerPoint wants around slides, as small as it accepts: a group for shapes, a master, a layout and a theme.
const (
	emptyGroup = `<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>`

	slideMaster = xmlHead + `<p:sldMaster ` + slideSpace + `><p:cSld><p:bg><p:bgPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>` + emptyGroup +
		`</p:spTree></p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>` +
		`<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>`

	slideLayout = xmlHead + `<p:sldLayout ` + slideSpace + ` type="obj"><p:cSld name="Titel en tekst"><p:spTree>` + emptyGroup + `</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>`

	slideTheme = xmlHead + `<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Hanzeveld"><a:themeElements><a:clrScheme name="Hanzeveld">` +
		`<a:dk1><a:srgbClr val="182238"/></a:dk1><a:lt1><a:srgbClr val="FFFFFF"/></a:lt1><a:dk2><a:srgbClr val="3A4560"/></a:dk2><a:lt2><a:srgbClr val="F2F3F5"/></a:lt2>` +
		`<a:accent1><a:srgbClr val="0E746E"/></a:accent1><a:accent2><a:srgbClr val="BE5218"/></a:accent2><a:accent3><a:srgbClr val="234E96"/></a:accent3>` +
		`<a:accent4><a:srgbClr val="26603A"/></a:accent4><a:accent5><a:srgbClr val="7E2E62"/></a:accent5><a:accent6><a:srgbClr val="6E7480"/></a:accent6>` +
		`<a:hlink><a:srgbClr val="234E96"/></a:hlink><a:folHlink><a:srgbClr val="7E2E62"/></a:folHlink></a:clrScheme>` +
		`<a:fontScheme name="Hanzeveld"><a:majorFont><a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/></a:majorFont><a:minorFont><a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/></a:minorFont></a:fontScheme>` +
		`<a:fmtScheme name="Hanzeveld"><a:fillStyleLst>` + themeFill + themeFill + themeFill + `</a:fillStyleLst><a:lnStyleLst>` + themeLine + themeLine + themeLine + `</a:lnStyleLst>` +
		`<a:effectStyleLst>` + themeEffect + themeEffect + themeEffect + `</a:effectStyleLst><a:bgFillStyleLst>` + themeFill + themeFill + themeFill + `</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`

	themeFill   = `<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>`
	themeLine   = `<a:ln w="9525">` + themeFill + `</a:ln>`
	themeEffect = `<a:effectStyle><a:effectLst/></a:effectStyle>`
)
