-- Gives each figure of a page the alternative text that its file carries, which is
-- written from the data that it shows. Quarto runs it; a figure without such a
-- text keeps the fig-alt of its cell.

local entities = { ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'", ["&amp;"] = "&" }

local function in_svg(content)
  local text = content:match("<dc:description>(.-)</dc:description>")
  return text and text:gsub("%s+", " "):gsub("&#?%w+;", entities)
end

local function in_png(content)
  local at = 9
  while at + 8 <= #content do
    local size, kind = string.unpack(">I4c4", content, at)
    local body = content:sub(at + 8, at + 7 + size)
    local rest = body:match("^Description%z(.*)$")
    if rest and kind == "tEXt" then
      return (rest:gsub("[\128-\255]", function(c) return utf8.char(c:byte()) end))
    elseif rest and kind == "iTXt" then
      return rest:match("^%z%z.-%z.-%z(.*)$")
    end
    at = at + 12 + size
  end
end

function Image(image)
  local file = io.open(image.src, "rb")
  if not file then return nil end
  local content = file:read("a")
  file:close()
  local read = content:sub(2, 4) == "PNG" and in_png or in_svg
  local text = read(content)
  if text and text ~= "" then
    image.attributes["fig-alt"] = text
    if FORMAT == "docx" then -- Word takes what stands in the brackets of the image
      image.caption = pandoc.Inlines(text)
    end
    return image
  end
end
